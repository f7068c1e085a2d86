"""Two models' traces -> labelled segments that any kind of detector can be fitted to, without an annotator."""

from collections.abc import Sequence

from analysis.annotation.choices import Unit
from analysis.annotation.segments import sample, segments_of
from analysis.corpus import CorpusTrace
from analysis.induction.lexicon import induce_grammar
from analysis.induction.variation import Variation
from analysis.labels import LabelledText
from analysis.markers import Markers
from detectors.errors import DataError


def weak_labels(
    student: Sequence[CorpusTrace],
    teacher: Sequence[CorpusTrace],
    *,
    markers: Markers | None = None,
    length: int = 80,
    limit: int | None = None,
    vary: bool = True,
    seed: int = 0,
) -> list[LabelledText]:
    """Label segments of traces with what the induced grammar finds in them.

    Parameters
    ----------
    student, teacher
        The traces of the two writers; best on the same questions.
    markers
        The seed list; English by default.
    length
        Words of a segment, about: segments are whole sentences and lines.
    limit
        How many segments to draw at most, spread over the questions and the two writers; None takes all. With the same
        seed, a smaller sample is the beginning of a larger one.
    vary
        Whether every segment comes a second time, with half of its markers exchanged (see `induction.variation`): this
        doubles the time of a fit, and helps with texts of writers that were not seen.
    seed
        The seed of the sample and of the exchange.

    Returns
    -------
    list[LabelledText]
        Segments with `model` and `question`. The score of a span is how sure the grammar is of it, in 0..1.

    Raises
    ------
    ValueError
        When `length` or `limit` is less than 1.
    DataError
        When there is no style in the traces.
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit must be at least 1, got {limit}")
    traces = [*student, *teacher]
    grammar = induce_grammar(
        [trace.thinking for trace in student],
        [trace.thinking for trace in teacher],
        prompts={trace.prompt for trace in traces},
        markers=markers,
    )
    segments = segments_of(traces, Unit.SENTENCES, length)
    chosen = segments if limit is None else sample(segments, limit, seed)
    labels = [
        LabelledText(part.id, part.text, tuple(grammar.spans(part.text)), model=part.model, question=part.question)
        for part in chosen
    ]
    if not any(label.spans for label in labels):
        raise DataError("no style in these traces", advice="is the seed list for their language?")
    if vary:
        variation = Variation(grammar.markers, seed=seed)
        labels += [variation.of(label) for label in labels]
    return labels
