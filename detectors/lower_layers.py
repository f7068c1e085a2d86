"""The lower layers of a language model, loaded alone, and watched as they work."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from detectors.errors import UsageError

FINAL: Final = -1
"""The layer whose states the model's output head reads: the last one, after the final norm."""
FINAL_NAME: Final = "final"
"""How folders and the command line name it."""


def layer_name(layer: int) -> int | str:
    """Return what JSON and people call a layer."""
    return FINAL_NAME if layer == FINAL else layer


def layer_of(name: int | str) -> int:
    """Return the layer that `layer_name` named.

    Raises
    ------
    ValueError
        When it is neither ``final`` nor a number from 0.
    """
    if name == FINAL_NAME:
        return FINAL
    if not str(name).isdecimal():
        raise ValueError(f"{name!r} is neither {FINAL_NAME!r} nor a number from 0")
    return int(name)


def count_layers(folder: Path) -> int:
    """Return how many layers a model has, from its configuration.

    Raises
    ------
    UsageError
        When there is no configuration that transformers knows.
    """
    from transformers import AutoConfig

    try:
        return int(AutoConfig.from_pretrained(folder).get_text_config().num_hidden_layers)
    except (OSError, ValueError, AttributeError) as error:
        raise _unusable(folder, error) from error


def load_lower_layers(folder: Path, count: int, dtype: str) -> Any:
    """Load a causal language model without its layers above `count` and without its head.

    Raises
    ------
    UsageError
        When it cannot be loaded, or has fewer layers.
    """
    from transformers import AutoConfig, AutoModel

    if count > (depth := count_layers(folder)):
        raise UsageError(f"there is no layer {count}: {folder} has {depth}")
    try:
        config = AutoConfig.from_pretrained(folder)
        text_config = config.get_text_config()
        text_config.num_hidden_layers = max(count, 1)
        if isinstance(getattr(text_config, "layer_types", None), list):
            text_config.layer_types = text_config.layer_types[: max(count, 1)]
        return AutoModel.from_pretrained(folder, config=config, dtype=dtype)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise _unusable(folder, error) from error


def watch_layers(model: Any, layers: Sequence[int], seen: dict[int, Any]) -> None:
    """Have a model put what its layers return into `seen` whenever it runs; the final norm is applied to `FINAL` alone.

    Raises
    ------
    UsageError
        When the model's layers cannot be found.
    """
    from torch.nn import ModuleList

    count = model.config.get_text_config().num_hidden_layers
    stacks = [module for module in model.modules() if isinstance(module, ModuleList) and len(module) == count]
    if not stacks:
        raise UsageError(f"the layers of a {type(model).__name__} cannot be told apart", advice="give another model")
    for layer in layers:
        if layer == FINAL:
            model.register_forward_hook(_keep_final(seen))
        elif layer:
            stacks[0][layer - 1].register_forward_hook(_keep_output(layer, seen))
        else:
            stacks[0][0].register_forward_pre_hook(_keep_input(seen), with_kwargs=True)


def _keep_output(layer: int, seen: dict[int, Any]) -> Any:
    def keep(_module: Any, _inputs: Any, output: Any) -> None:
        seen[layer] = output[0] if isinstance(output, tuple) else output

    return keep


def _keep_final(seen: dict[int, Any]) -> Any:
    def keep(_module: Any, _inputs: Any, output: Any) -> None:
        seen[FINAL] = output[0]

    return keep


def _keep_input(seen: dict[int, Any]) -> Any:
    def keep(_module: Any, inputs: Any, named: dict[str, Any]) -> None:
        seen[0] = inputs[0] if inputs else named["hidden_states"]

    return keep


def _unusable(folder: Path, error: Exception) -> UsageError:
    reason = str(error).strip().splitlines()
    return UsageError(
        f"{folder} cannot be read as a language model: {reason[0] if reason else type(error).__name__}",
        advice="give a Hugging Face folder of a causal language model",
    )
