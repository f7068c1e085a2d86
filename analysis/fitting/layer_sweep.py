"""Which layer of a language model makes the best probe."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from analysis.evaluation.folds import cross_validate
from analysis.evaluation.scores import Scores
from analysis.fitting.hidden_states import StoredStates
from analysis.fitting.probe import fit_probe
from analysis.fitting.probe_settings import ProbeSettings
from analysis.labels import LabelledText


@dataclass(frozen=True, slots=True)
class LayerScores:
    """How well a probe on one layer finds style in texts of questions it was not fitted to."""

    layer: int
    scores: Scores


def sweep_layers(
    labels: Sequence[LabelledText],
    states: StoredStates,
    settings: ProbeSettings | None = None,
    *,
    folds: int = 5,
    report: Callable[[int, int], None] | None = None,
) -> list[LayerScores]:
    """Cross-validate, grouped by question, a probe on each of the stored layers alone.

    Raises
    ------
    DataError
        When the labels hold no style word, or nothing else.
    ValueError
        When the texts answer fewer than two questions.
    """
    found = []
    for number, layer in enumerate(states.layers, start=1):
        fit = partial(fit_probe, states=states.only(layer), settings=settings)
        found.append(LayerScores(layer, cross_validate(fit, labels, folds)))
        if report is not None:
            report(number, len(states.layers))
    return found
