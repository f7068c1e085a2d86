"""The threshold that costs least, for a stated cost of each error.

Let ``p`` be the calibrated probability that the next word is style, ``e`` what an early cut costs (a hand-over that was
not needed: time), and ``l`` what each word costs that a late cut leaves to the wrong author (data). By stopping before
the word the student, who owns the style, loses ``p * e`` on average; by writing it ``(1 - p) * l``. So the student goes
on where ``p >= l / (e + l)``. The teacher loses ``(1 - p) * e`` by stopping and ``p * l`` by going on, and stops where
``p >= e / (e + l)``. This is the decision rule of Elkan (2001, IJCAI), one word at a time. The two thresholds add up to
1: where late cuts cost more, the student needs more evidence that a word is style, and the teacher less to stop.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.evaluation.cut_error import find_cuts, wrong_author
from analysis.evaluation.scores import ratios
from detectors.errors import UsageError

Writer = Literal["student", "teacher"]
GRID: Final = np.round(np.arange(0.02, 0.99, 0.02), 2)
"""The thresholds that are tried."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What each early cut costs, and each word that a late cut leaves to the wrong author; in any unit.

    Raises
    ------
    UsageError
        When a cost is negative or no number, or both are 0.
    """

    early: float = 1.0
    late: float = 1.0

    def __post_init__(self) -> None:
        for name, cost in (("early", self.early), ("late", self.late)):
            if not (np.isfinite(cost) and cost >= 0):
                raise UsageError(f"the cost of a {name} cut must be 0 or more, got {cost}")
        if self.early == self.late == 0:
            raise UsageError("the costs of an early and a late cut are both 0", advice="give at least one of them")

    def threshold(self, writer: Writer) -> float:
        """Return the threshold of least expected cost a word, for calibrated probabilities."""
        return (self.late if writer == "student" else self.early) / (self.early + self.late)


def cost_of_cuts(
    true: NDArray[np.bool_],
    probabilities: NDArray[np.float64],
    lengths: Sequence[int],
    writer: Writer,
    costs: Costs,
    thresholds: NDArray[np.float64] = GRID,
) -> NDArray[np.float64]:
    """Measure what the cuts of each threshold cost on labelled texts, per 1,000 words; shape (thresholds,).

    Parameters
    ----------
    true, probabilities
        Shape (words,): whether each word is style, and how likely; texts one after the other.
    lengths
        The words of each text.
    writer
        Whose drafts are cut.
    costs
        Of an early cut, and of a word a late cut leaves to this writer (see `analysis.evaluation.cut_error`).
    thresholds
        What to try, shape (thresholds,).
    """
    style = writer == "student"
    found = np.zeros(len(thresholds))
    for place, threshold in enumerate(thresholds):
        cuts = find_cuts(true, probabilities >= threshold, lengths)
        early = (cuts.style == style) & (cuts.cut < cuts.end)
        wrong = wrong_author(cuts, true) & (true != style)
        found[place] = costs.early * early.sum() + costs.late * wrong.sum()
    return 1000 * found / max(1, len(true))


def cheapest_threshold(
    true: NDArray[np.bool_],
    probabilities: NDArray[np.float64],
    lengths: Sequence[int],
    writer: Writer,
    costs: Costs,
) -> float:
    """Return the threshold of `GRID` whose cuts cost least on labelled texts; the parameters of `cost_of_cuts`.

    Unlike `Costs.threshold` it needs no calibrated probabilities but labels, and it counts whole cuts: once a draft has
    ended, the rest of its stretch costs nothing more.
    """
    return float(GRID[np.argmin(cost_of_cuts(true, probabilities, lengths, writer, costs))])


def threshold_of_best_f1(true: NDArray[np.bool_], probabilities: NDArray[np.float64]) -> float:
    """Return the threshold of `GRID` with the highest F1 over words.

    Parameters
    ----------
    true, probabilities
        Shape (words,): whether each word is style, and how likely.
    """
    marked = probabilities[:, None] >= GRID
    hits, found = (marked & true[:, None]).sum(axis=0), marked.sum(axis=0)
    return float(GRID[np.argmax(ratios(hits, found, np.full(len(GRID), true.sum()))["f1"])])
