"""The language model that a boundary predictor is made of, and what of it is trained how fast."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from analysis.fitting.frozen_layers import layers_of
from analysis.fitting.training_settings import TrainingSettings
from detectors.alignment import Alignment
from detectors.errors import UsageError
from detectors.token_classification import quiet_loading

_LABELS: Final = {0: "capability", 1: "style"}


def load_base(model: str | Path, settings: TrainingSettings, alignment: Alignment) -> Any:
    """Load the lowest layers of a language model under a new token-classification head, in float32.

    Raises
    ------
    UsageError
        When it cannot be loaded, is of a family without such a head, or has fewer layers than asked for.
    """
    import torch
    from transformers import AutoConfig, AutoModelForTokenClassification

    try:
        config = AutoConfig.from_pretrained(model)
        depth = settings.depth or config.num_hidden_layers
        if not settings.frozen < depth <= config.num_hidden_layers:
            raise UsageError(
                f"{model} has {config.num_hidden_layers} layers, which is too few for a depth of {depth} with"
                f" {settings.frozen} frozen"
            )
        config.num_hidden_layers = depth
        if isinstance(getattr(config, "layer_types", None), list):
            config.layer_types = config.layer_types[:depth]
        config.num_labels = len(_LABELS)
        config.id2label = _LABELS
        config.label2id = {name: index for index, name in _LABELS.items()}
        config.classifier_dropout = settings.dropout
        for name, value in alignment.as_fields().items():
            setattr(config, name, value)
        with quiet_loading():
            classifier = AutoModelForTokenClassification.from_pretrained(model, config=config, dtype=torch.float32)
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()
        raise UsageError(
            f"{model} cannot be made a token classifier: {reason[0] if reason else type(error).__name__}",
            advice="give a Hugging Face folder of a causal language model",
        ) from error
    # At random it would begin with confident nonsense, which the layers below then learn to make up for.
    for parameter in _head(classifier):
        torch.nn.init.zeros_(parameter)
    return classifier


def _head(model: Any) -> list[Any]:
    base = {id(parameter) for parameter in getattr(model, model.base_model_prefix).parameters()}
    return [parameter for parameter in model.parameters() if id(parameter) not in base]


def halves_precision() -> bool:
    """Tell whether bfloat16 multiplies faster here: on GPUs that know it, and CPUs with AVX-512 BF16 or AMX."""
    import torch

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported())
    known = getattr(torch.cpu, "get_capabilities", None)  # new in torch 2.12 or so
    capabilities: Mapping[str, object] = known() if known else {}
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


def parameter_groups(model: Any, settings: TrainingSettings) -> list[dict[str, Any]]:
    """Give each layer, the head and the rest their learning rates."""
    layers: list[Any] = list(layers_of(model))
    rate = settings.learning_rate
    groups: list[dict[str, Any]] = [
        {"params": list(layer.parameters()), "lr": rate * settings.layer_decay ** (len(layers) - 1 - index)}
        for index, layer in enumerate(layers)
    ]
    head = _head(model)
    known = {id(parameter) for parameter in head} | {id(parameter) for group in groups for parameter in group["params"]}
    groups.append({"params": [parameter for parameter in model.parameters() if id(parameter) not in known], "lr": rate})
    groups.append({"params": head, "lr": rate * settings.head_rate})
    for group in groups:
        group["params"] = [parameter for parameter in group["params"] if parameter.requires_grad]
    return [group for group in groups if group["params"]]
