"""What a whole measurement does: scores the traces a journal does not know yet."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from analysis.corpus import CorpusTrace
from analysis.loss.journal import LossJournal
from analysis.loss.language_model import LanguageModel
from analysis.loss.measuring import measure_traces
from analysis.loss.rendering import Rendering
from analysis.loss.sums import RANK_LIMIT, TraceSums, key_of
from detectors.base import Detector


def settings_of(model: LanguageModel, rendering: Rendering, detector: str | None) -> dict[str, Any]:
    """Say what the sums of a trace depend on; `detector` is the hash its card names, None without one."""
    described: Mapping[str, Any] = {**model.describe(), **rendering.describe()}
    return {"format": 1, **described, "context": model.context, "rank_limit": RANK_LIMIT, "detector": detector}


def score_missing(
    traces: Iterable[CorpusTrace],
    journal: LossJournal,
    model: LanguageModel,
    rendering: Rendering,
    detector: Detector | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Score every trace that a journal does not hold, each distinct one once; return how many.

    Parameters
    ----------
    traces
        Of one corpus or several.
    journal
        Where the sums go, each trace's as soon as it is scored.
    model, rendering, detector
        As `measure_traces` takes them.
    progress
        Told how many characters of thinking and answers are scored, and how many there are to score.

    Raises
    ------
    TessyError
        As `measure_traces` does; what is scored by then is in the journal.
    """
    missing = {key_of(trace): trace for trace in traces if journal.sums_of(trace) is None}

    def length(trace: CorpusTrace) -> int:
        return len(trace.thinking) + len(trace.answer) * rendering.answers

    total, done = sum(map(length, missing.values())), 0

    def report(trace: CorpusTrace, sums: TraceSums) -> None:
        nonlocal done
        journal.write(trace, sums)
        done += length(trace)
        if progress is not None:
            progress(done, total)

    for _ in measure_traces(missing.values(), model, rendering, detector, report):
        pass
    return len(missing)
