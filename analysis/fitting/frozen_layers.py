"""The lowest layers of a model that is fine-tuned above them: not trained, and run once instead of in every epoch."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, Final

from analysis.fitting.training_examples import Example, collate
from detectors.errors import UsageError

_BATCH: Final = 16
_MOST_BYTES: Final = 2 << 30
_TOLERANCE: Final = 1e-3


def layers_of(model: Any) -> Any:
    """Return the list of a model's transformer layers, lowest first.

    Raises
    ------
    UsageError
        When the model has no such list.
    """
    from torch.nn import ModuleList

    base = getattr(model, model.base_model_prefix)
    for child in base.children():
        if isinstance(child, ModuleList) and len(child) == model.config.num_hidden_layers:
            return child
    raise UsageError(f"{type(model).__name__} has no list of layers", advice="take another base model")


def freeze(model: Any, frozen: int) -> None:
    """Keep the token embeddings and the lowest `frozen` layers as they are; with 0 everything is trained.

    They take no part in the backward pass, because nothing below them is trained either.
    """
    if not frozen:
        return
    for module in (model.get_input_embeddings(), *layers_of(model)[:frozen]):
        module.requires_grad_(requires_grad=False)


@contextmanager
def recalled(model: Any, frozen: int, examples: Sequence[Example], *, half: bool = False) -> Iterator[list[Example]]:
    """Run the frozen layers over the examples once, and let the model skip them inside this context.

    Yields the examples with their states; without, where these would fill more than 2 GiB, where nothing is frozen, or
    where the model does more with embeddings than to hand them to its first layer.

    Parameters
    ----------
    model
        A token classifier.
    frozen
        How many of its lowest layers are frozen.
    examples
        What it will be trained on and judged by.
    half
        Whether matrices are multiplied in bfloat16.
    """
    width = model.config.get_text_config().hidden_size
    size = 4 * width * sum(len(example["input_ids"]) for example in examples)
    if not frozen or not examples or size > _MOST_BYTES or not _can_recall(model, frozen, examples[0]):
        yield list(examples)
        return
    found = list(examples)
    order = sorted(range(len(examples)), key=lambda index: len(examples[index]["input_ids"]))
    for start in range(0, len(order), _BATCH):
        batch = order[start : start + _BATCH]
        states = _states(model, frozen, [examples[index] for index in batch], half=half)
        for row, index in enumerate(batch):
            found[index] = _with_states(examples[index], states[row])
    with _skipping(layers_of(model)[:frozen]):
        yield found


def _with_states(example: Example, states: Any) -> Example:
    own = states[: len(example["input_ids"])].clone()
    return Example(input_ids=example["input_ids"], labels=example["labels"], states=own)


def _can_recall(model: Any, frozen: int, example: Example) -> bool:
    """Try on one example whether the upper layers alone say the same as the whole model."""
    expected = _logits(model, [example])
    recalled_example = _with_states(example, _states(model, frozen, [example])[0])
    with _skipping(layers_of(model)[:frozen]):
        return bool((_logits(model, [recalled_example]) - expected).abs().max() < _TOLERANCE)


@contextmanager
def _skipping(layers: Sequence[Any]) -> Iterator[None]:
    """Let layers hand on what they are given."""
    for layer in layers:
        layer.forward = _pass_on
    try:
        yield
    finally:
        for layer in layers:
            del layer.forward


def _pass_on(hidden_states: Any, *_: Any, **__: Any) -> Any:
    return hidden_states


def _states(model: Any, frozen: int, batch: Sequence[Example], *, half: bool = False) -> Any:
    """Catch what reaches the first trained layer: shape (examples, positions, width), float32."""
    caught: list[Any] = []

    def catch(_: Any, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        caught.append(arguments[0] if arguments else named["hidden_states"])

    layers = layers_of(model)
    with ExitStack() as stack:
        hook = layers[frozen].register_forward_pre_hook(catch, with_kwargs=True)
        stack.callback(hook.remove)
        stack.enter_context(_skipping(layers[frozen:]))
        _logits(model, batch, half=half)
    return caught[0].detach().float().cpu()


def _logits(model: Any, batch: Sequence[Example], *, half: bool = False) -> Any:
    import torch

    training = model.training
    inputs = {name: value.to(model.device) for name, value in collate(batch).items() if name != "labels"}
    model.eval()
    with torch.no_grad(), torch.autocast(model.device.type, torch.bfloat16, enabled=half):
        logits = model(**inputs, use_cache=False).logits.float()
    model.train(training)
    return logits
