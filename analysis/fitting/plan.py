"""Which kind of detector to fit, and how: one plan -> a function from labelled texts to a detector."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.evaluation.folds import Fit
from analysis.fitting.training_settings import TrainingSettings
from analysis.labels import LabelledText

if TYPE_CHECKING:
    from detectors.base import Detector

SMALL_MODEL: Final = "HuggingFaceTB/SmolLM2-135M-Instruct"
"""The language model a probe or a predictor reads when none is named: one that two cores can run."""
_WORDS_AHEAD: Final = 2
"""Words to the right that a probe, and the word part of a predictor, read when nothing else is asked for."""


class Kind(StrEnum):
    """The kinds of detectors that can be fitted."""

    LEXICON = "lexicon"
    LOGISTIC = "logistic"
    PROBE = "probe"
    CLASSIFIER = "classifier"

    @property
    def has_model(self) -> bool:
        """Whether it reads with a language model."""
        return self in {Kind.PROBE, Kind.CLASSIFIER}


@dataclass(frozen=True, slots=True)
class Plan:
    """How to fit a detector.

    Attributes
    ----------
    kind
        What to fit.
    lookahead
        What a decision may read to the right, in words (classifier: tokens); None is the kind's own: nothing for
        logistic regression, 2 words for a probe, 6 tokens for a predictor.
    causal
        Whether a lexicon reads nothing to the right.
    threshold
        The least probability or weight of a style word; None is the kind's own.
    markers
        Seed list, by language or file, whose words count as familiar.
    model
        Folder or hub name of the language model of a probe or predictor.
    layers
        Which layers a probe reads; empty chooses one.
    target
        Which word a probe's state speaks of: ``current`` or ``next``.
    with_words
        Whether a probe or a predictor is joined with a logistic regression over the words.
    training
        How a predictor is trained.
    work
        Folder for what a predictor's training writes, so that one cut short goes on.
    cache
        Folder that keeps hidden states between runs; None forgets them.
    """

    kind: Kind
    lookahead: int | None = None
    causal: bool = False
    threshold: float | None = None
    markers: str = "en"
    model: str = SMALL_MODEL
    layers: tuple[int, ...] = ()
    target: str = "current"
    with_words: bool = True
    training: TrainingSettings = field(default_factory=TrainingSettings)
    work: Path = Path("work")
    cache: Path | None = None

    @contextmanager
    def fitter(self, labels: Sequence[LabelledText]) -> Iterator[Fit]:
        """Yield the function that fits any part of these texts; for a probe, their hidden states are extracted first.

        Raises
        ------
        UsageError
            When the model cannot be loaded, or lacks a layer.
        MissingExtraError
            When torch is not installed.
        """
        from analysis.markers import read_markers

        familiar = read_markers(self.markers).narrating
        given: dict[str, Any] = {} if self.threshold is None else {"threshold": self.threshold}
        match self.kind:
            case Kind.LEXICON:
                from analysis.fitting.lexicon import fit_lexicon

                yield partial(fit_lexicon, causal=self.causal, **given)
            case Kind.LOGISTIC:
                from analysis.fitting.logistic import fit_logistic

                yield partial(fit_logistic, lookahead=self.lookahead or 0, familiar=familiar, **given)
            case Kind.PROBE:
                with self._probe_fitter(labels, familiar, given) as fit:
                    yield fit
            case Kind.CLASSIFIER:
                yield partial(self._fit_classifier, familiar=familiar, given=given)

    @contextmanager
    def _probe_fitter(
        self, labels: Sequence[LabelledText], familiar: frozenset[str], given: dict[str, Any]
    ) -> Iterator[Fit]:
        from analysis.fitting.hidden_states import extracted
        from analysis.fitting.probe import fit_probe
        from analysis.fitting.probe_settings import ProbeSettings, default_layers
        from analysis.progress_bar import progress_bar
        from detectors.hidden_states import HiddenStates

        ahead = _WORDS_AHEAD if self.lookahead is None else self.lookahead
        settings = ProbeSettings(
            target=self.target,
            lookahead=0 if self.target == "next" else ahead,
            with_words=self.with_words and self.target == "current",
            **given,
        )
        source = HiddenStates(self.model, list(self.layers or default_layers(self.model)))
        with progress_bar("hidden states", "words") as report:
            stored = extracted(source, [label.text for label in labels], cache=self.cache, report=report)
            with stored as states:
                yield partial(fit_probe, states=states, settings=settings, familiar=familiar)

    def _fit_classifier(
        self, labels: Sequence[LabelledText], *, familiar: frozenset[str], given: dict[str, Any]
    ) -> "Detector":
        from analysis.fitting.classifier import fit_classifier
        from analysis.fitting.logistic import fit_logistic
        from analysis.fitting.training_bar import training_bar

        with training_bar() as report:
            detector = fit_classifier(
                labels, model=self.model, work=self.work, settings=self.training, report=report, **given
            )
        if not self.with_words:
            return detector
        ahead = min(_WORDS_AHEAD, self.training.lookahead)
        return detector.joined(fit_logistic(labels, lookahead=ahead, familiar=familiar))
