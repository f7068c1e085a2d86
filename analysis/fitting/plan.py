"""Which kind of detector to fit, and how: one plan -> a function from labelled texts to a detector."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.evaluation.folds import Fit
from analysis.fitting.kind import SMALL_MODEL, Kind, Target
from analysis.fitting.training_settings import TrainingSettings
from analysis.labels import LabelledText
from detectors.errors import UsageError, require

if TYPE_CHECKING:
    from detectors.base import Detector

_WORDS_AHEAD: Final = 2
"""Words to the right that a probe, and the word part of a predictor, read when nothing else is asked for."""


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
        Whether a decision reads nothing to the right; a lexicon reads to the end of its longest phrase otherwise.
    threshold
        The least probability or weight of a style word; None is the kind's own.
    markers
        Seed list, by language or file, whose words count as familiar.
    model
        Folder or hub name of the language model of a probe or predictor.
    layers
        Which layers a probe reads, in any order, as `HiddenStates` numbers them; empty chooses one.
    target
        Which word a probe's state speaks of; one that foresees the next reads nothing to the right, and no words.
    with_words
        Whether a probe or a predictor is joined with a logistic regression over the words.
    training
        How a predictor is trained. Its look-ahead gives way to `lookahead`; where it keeps more layers than the model
        has, all are kept and at most half of them frozen.
    work
        Folder for what a predictor's training writes, so that one cut short goes on.
    cache
        Folder that keeps hidden states between runs; None forgets them.

    Raises
    ------
    UsageError
        When settings contradict each other, or are not for this kind.
    """

    kind: Kind
    lookahead: int | None = None
    causal: bool = False
    threshold: float | None = None
    markers: str = "en"
    model: str = SMALL_MODEL
    layers: tuple[int, ...] = ()
    target: Target = Target.CURRENT
    with_words: bool = True
    training: TrainingSettings = field(default_factory=TrainingSettings)
    work: Path = Path("work")
    cache: Path | None = None

    def __post_init__(self) -> None:
        if self.kind is Kind.LEXICON and self.lookahead:
            raise UsageError("--lookahead is not for a lexicon", advice="it reads to the end of its longest phrase")
        if self.causal and self.lookahead:
            raise UsageError(f"--causal means no look-ahead, not {self.lookahead} words")
        if self.layers and self.kind is not Kind.PROBE:
            raise UsageError(f"--layer is for a probe, not for a {self.kind}")
        if self.target is Target.NEXT and self.kind is not Kind.PROBE:
            raise UsageError(f"--target next is for a probe, not for a {self.kind}")
        if self.target is Target.NEXT and self.lookahead:
            raise UsageError("--target next judges a word before it is there, and has no look-ahead")

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

                yield partial(fit_logistic, lookahead=self._ahead(0), familiar=familiar, **given)
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

        require("torch", "torch")
        settings = ProbeSettings(
            target=self.target.value,
            lookahead=0 if self.target is Target.NEXT else self._ahead(_WORDS_AHEAD),
            with_words=self.with_words and self.target is Target.CURRENT,
            **given,
        )
        source = HiddenStates(self.model, sorted(set(self.layers)) or default_layers(self.model))
        with ExitStack() as stack:
            with progress_bar("hidden states", "words") as report:
                stored = extracted(source, [label.text for label in labels], cache=self.cache, report=report)
                states = stack.enter_context(stored)
            yield partial(fit_probe, states=states, settings=settings, familiar=familiar)

    def _ahead(self, own: int) -> int:
        """Return what a decision may read to the right, where the kind's own is `own`."""
        if self.causal:
            return 0
        return own if self.lookahead is None else self.lookahead

    def _fit_classifier(
        self, labels: Sequence[LabelledText], *, familiar: frozenset[str], given: dict[str, Any]
    ) -> "Detector":
        from analysis.fitting.classifier import fit_classifier
        from analysis.fitting.logistic import fit_logistic
        from analysis.fitting.training_bar import training_bar

        training = self._training()
        with training_bar() as report:
            detector = fit_classifier(
                labels, model=self.model, work=self.work, settings=training, report=report, **given
            )
        if not self.with_words:
            return detector
        ahead = min(_WORDS_AHEAD, training.lookahead)
        return detector.joined(fit_logistic(labels, lookahead=ahead, familiar=familiar))

    def _training(self) -> TrainingSettings:
        """Adapt the settings of the training to the look-ahead asked for, and to a model of few layers."""
        from detectors.lower_layers import count_layers
        from detectors.model_folder import find_model

        found, layers = self.training, count_layers(find_model(self.model))
        if found.depth is not None and found.depth > layers:
            found = replace(found, depth=layers, frozen=min(found.frozen, layers // 2))
        return replace(found, lookahead=self._ahead(found.lookahead))
