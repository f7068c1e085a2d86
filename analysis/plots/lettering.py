"""Names that fit: how wide letters are when printed, and names broken or shortened to a given width."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import isnan

from analysis.plots.figure import SMALL

_BREAK = re.compile(r"(?<=[-/_ .:@+])")


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = SMALL) -> float:
    """Return the width of a line of text in points, at a size in points; ``$`` is a letter as any other."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    return float(text_to_path.get_text_width_height_descent(text, FontProperties(size=size), False)[0])


def fitted(name: str, points: float, *, size: float = SMALL, lines: int = 1) -> str:
    """Break a name into lines of at most so many points each; what is still too long loses letters in its middle.

    Parameters
    ----------
    name
        Blanks and line breaks in it count as one blank.
    points
        The room of a line.
    size
        Of the letters, in points.
    lines
        How many lines there may be. Names are broken after ``-/_.:@+`` and at blanks.
    """
    name = " ".join(name.split())
    found = [""]
    for part in _BREAK.split(name):
        if text_width((found[-1] + part).rstrip(), size) <= points or not found[-1] or len(found) == lines:
            found[-1] += part
        else:
            found.append(part)
    return "\n".join(_shortened(line.strip(), points, size) for line in found)


def _shortened(line: str, points: float, size: float) -> str:
    if text_width(line, size) <= points:
        return line
    for kept in range(len(line) - 1, 0, -1):
        # More of the beginning than of the end, but some of both: names of models differ at either.
        head = (kept + 1) // 2
        short = f"{line[:head]}…{line[len(line) - (kept - head) :]}"
        if text_width(short, size) <= points:
            return short
    return "…"


def visible(term: str) -> str:
    """Put quotation marks around a sign, which would be lost as a label."""
    return term if any(character.isalnum() for character in term) else f"“{term}”"


def short_number(value: float) -> str:
    """Write a number with about three digits that count: 0.123, 1.23, 12.3, 1,234."""
    if isnan(value):
        return "–"
    size = abs(value)
    return f"{value:,.{0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3}f}"


def widest_form(
    values: Sequence[float], forms: Sequence[Callable[[float], str]], points: float, size: float
) -> Callable[[float], str] | None:
    """Return the first of several ways to write numbers in which all of them fit; None where none does."""
    for form in forms:
        if all(text_width(line, size) <= points for value in values for line in form(value).split("\n")):
            return form
    return None
