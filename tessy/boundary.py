"""Where a draft turns into the other kind: a pure function of texts and spans."""

from collections.abc import Sequence
from dataclasses import dataclass

from detectors.base import Detector
from detectors.spans import Span, Word, words


@dataclass(frozen=True, slots=True)
class Decision:
    """How much of a draft to keep.

    Attributes
    ----------
    keep
        Characters of the draft, from its start, that are its writer's own kind.
    hand_over
        Whether the first word of the other kind stands right after them. If not, what follows is undecided yet: its
        last word may go on, or the detector wants to see more words to its right.
    """

    keep: int
    hand_over: bool


def _decided(parts: list[Word], draft: str, detector: Detector, undecided: int) -> int:
    """Count the words of an unfinished draft that no later token can change."""
    count = len(parts)
    if parts and parts[-1].end == len(draft) and (parts[-1].text[-1].isalnum() or parts[-1].text[-1] == "_"):
        count -= 1
    while count and parts[count - 1].end > len(draft) - undecided:
        count -= 1
    # What stands before the draft was settled when it was kept: no phrase that began there is still open.
    settled = detector.settled(draft[: parts[count - 1].end]) if count else 0
    while count and parts[count - 1].end > settled:
        count -= 1
    return count


def _covered(word: Word, spans: list[Span], offset: int) -> bool:
    """Tell whether most of a word lies in a span; drops the spans that end before the word."""
    start, end = word.start + offset, word.end + offset
    while spans and spans[-1].end <= start:
        spans.pop()
    return bool(spans) and 2 * (min(end, spans[-1].end) - max(start, spans[-1].start)) >= end - start


def decide(
    before: str,
    draft: str,
    detector: Detector,
    *,
    writes_style: bool,
    finished: bool,
    undecided: int = 0,
    first_word_is_own: bool = False,
    spans: Sequence[Span] | None = None,
) -> Decision:
    """Find the first word of the other kind in a draft (Algorithm 1, step 3, of arXiv 2604.14164).

    Parameters
    ----------
    before
        The end of the text kept so far: as many words as the detector's decisions read.
    draft
        What the model proposes to write next; it starts at a word's start.
    detector
        Finds the style spans of ``before + draft``.
    writes_style
        True for the student, who owns the style; False for the teacher, who owns the rest.
    finished
        Whether nothing can follow the draft, so that its last word and its last look-ahead are decided, too.
    undecided
        Characters at the end of the draft that may be the start of a mark, such as ``</thi``.
    first_word_is_own
        Keep the first word whatever its kind is: both models had nothing of their own kind to say, and a trace must
        grow.
    spans
        The style spans of ``before + draft``, where they are known; else the detector finds them.
    """
    parts = words(draft)
    decided = len(parts) if finished else _decided(parts, draft, detector, undecided)
    if decided == 0:
        return Decision(len(draft) if finished else 0, hand_over=False)
    ahead = [*(detector.spans(before + draft) if spans is None else spans)][::-1]
    for index, word in enumerate(parts[:decided]):
        if _covered(word, ahead, len(before)) is not writes_style and not (index == 0 and first_word_is_own):
            # The blank before a word belongs to the word: most vocabularies write " word" as one token.
            return Decision(len(draft[: word.start].rstrip(" \t")), hand_over=True)
    return Decision(len(draft) if finished else parts[decided - 1].end, hand_over=False)
