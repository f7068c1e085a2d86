"""How a boundary predictor is trained, and how far a training is."""

from collections.abc import Callable
from dataclasses import dataclass

from detectors.alignment import STRIDE
from detectors.errors import UsageError


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """How a boundary predictor is trained.

    Attributes
    ----------
    depth
        How many of the model's lowest layers are kept; None keeps all.
    frozen
        How many of those, from the lowest, stay as they are, with the token embeddings; with 0 everything is trained.
    lookahead
        Tokens after a token that are read before it is judged.
    stride
        Tokens between the starts of windows over long texts.
    epochs, batch
        Passes over the labels, and texts in a step.
    learning_rate
        The highest; it rises over the share `warmup` of all steps and then falls to 0.
    warmup
        See `learning_rate`.
    head_rate
        How many times faster the new head learns than the layers.
    layer_decay
        The learning rate of each layer, as a share of the one above it.
    weight_decay, dropout
        Of AdamW, and before the head.
    balance
        How far the rarer class is weighed up: 0 not at all, 1 until both weigh the same.
    held_out
        Share of the questions that is not trained on but judged after each epoch, for early stopping; 0 trains on all.
    patience
        Epochs without a better F1 on the held-out questions after which training stops.
    seed
        Of the new head, the dropout and the order of the texts.
    """

    depth: int | None = 20
    frozen: int = 10
    lookahead: int = 6
    stride: int = STRIDE
    epochs: int = 3
    batch: int = 8
    learning_rate: float = 2e-4
    warmup: float = 0.1
    head_rate: float = 2.5
    layer_decay: float = 1.0
    weight_decay: float = 0.01
    dropout: float = 0.1
    balance: float = 0.0
    held_out: float = 0.0
    patience: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.held_out <= 0.5:
            raise UsageError(f"held_out is a share of the questions, 0 to 0.5, not {self.held_out}")
        if self.frozen < 0 or (self.depth is not None and self.frozen >= self.depth):
            raise UsageError(f"{self.frozen} frozen layers leave none of {self.depth} to train")


@dataclass(frozen=True, slots=True)
class TrainingStep:
    """How far a training is.

    Attributes
    ----------
    step, steps
        Steps done, and all there are.
    loss
        The mean loss since the last report that had one; None where there is none yet.
    f1
        On the held-out questions, right after they were judged; else None.
    """

    step: int
    steps: int
    loss: float | None = None
    f1: float | None = None


Report = Callable[[TrainingStep], None]
