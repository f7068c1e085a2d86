"""What stands between two words, as one number: line feeds, two at most, and the last sign; 0 for nothing."""

from detectors.tokens.compiled import inlined
from detectors.tokens.layout import AFTER_EMPTY, BREAKS, TOUCHES

_FEEDS = 3
_SPACE, _TAB = ord(" "), ord("\t")


def gap_code(gap: str) -> int:
    """Return the number of a gap, of white space only: all that `detectors.tokens.tail.shorten` leaves of it."""
    return min(gap.count("\n"), 2) | ord(gap[-1]) << 2 if gap else 0


def gap_text(code: int) -> str:
    """Return the gap of a number, shortened."""
    if not code:
        return ""
    sign = chr(code >> 2)
    return "\n" * (code & _FEEDS) + ("" if sign == "\n" else sign)


@inlined
def join_gaps(first: int, second: int) -> int:
    """Return the number of two gaps, one after the other."""
    if first == 0 or second == 0:
        return first | second
    return min((first & _FEEDS) + (second & _FEEDS), 2) | (second & ~_FEEDS)


@inlined
def is_led(gap: int) -> bool:
    """Tell whether a blank stands right before a word, given what stands between it and the word before."""
    return gap >> 2 == _SPACE or gap >> 2 == _TAB


@inlined
def gap_flags(gap: int, position: int) -> int:
    """Describe what stands before a word: a text's first word begins its first line, whatever stands before it."""
    if position == 0:
        return BREAKS
    if gap == 0:
        return TOUCHES
    feeds = gap & _FEEDS
    return BREAKS | AFTER_EMPTY if feeds > 1 else BREAKS if feeds else 0
