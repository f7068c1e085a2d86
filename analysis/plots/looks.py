"""What tells writers apart in figures: a role has the same colour everywhere; shapes hold where there is no colour."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, cycle
from typing import Final, Literal

RoleName = Literal["student", "teacher", "synthesized"]
Roles = Mapping[str, RoleName]
"""The roles of writers by their names; a writer without one is drawn as another."""

COLOURS: Final[dict[RoleName, str]] = {"student": "#0072B2", "teacher": "#D55E00", "synthesized": "#CC79A7"}
"""Of the palette of Okabe & Ito (2008, "Color Universal Design"); in grey, each is lighter than the one before."""

OTHERS: Final = ("#009E73", "#E69F00", "#56B4E9", "#000000", "#F0E442")
"""The rest of that palette, for writers without a role."""

_HATCHES: Final = ("", "////", "..", "\\\\\\\\", "xxxx", "----", "||||", "++")
_MARKERS: Final = ("o", "s", "D", "^", "v", "P", "X", "*")
_DASHES: Final[tuple[tuple[float, ...], ...]] = (
    (),
    (4, 1.5),
    (1, 1),
    (6, 1.5, 1, 1.5),
    (2.5, 1),
    (6, 1.5, 1, 1.5, 1, 1.5),
    (8, 2),
    (3, 1, 1, 1),
)


@dataclass(frozen=True, slots=True)
class Look:
    """How one writer is drawn.

    Attributes
    ----------
    colour
        As ``#RRGGBB``.
    hatch
        Of bars; empty for none.
    marker
        Of points.
    dashes
        Of lines, in line widths, ink and gap in turn; empty for a line without gaps.
    """

    colour: str
    hatch: str
    marker: str
    dashes: tuple[float, ...]

    @property
    def line(self) -> "tuple[float, tuple[float, ...] | None]":
        """The dashes as matplotlib's line styles are written."""
        return 0, self.dashes or None


def lightness(colour: "str | tuple[float, float, float, float]") -> float:
    """Return how light a colour looks, as in grey print: L* of CIELAB (CIE 1976), 0 for black, 100 for white."""
    from matplotlib.colors import to_rgb

    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return float(116 * luminance ** (1 / 3) - 16) if luminance > 216 / 24389 else float(luminance * 24389 / 27)


def looks(names: Iterable[str], roles: Roles | None = None) -> dict[str, Look]:
    """Choose how each of several writers is drawn in one figure.

    Writers of one role share its colour. Up to eight writers all differ in hatch, marker and dashes, so that none needs
    a colour to be told from another; a ninth begins anew with these.

    Parameters
    ----------
    names
        The writers.
    roles
        Their roles; a writer called ``student``, ``teacher`` or ``synthesized`` has that one anyway.
    """
    known: dict[str, RoleName] = {role: role for role in COLOURS} | dict(roles or {})
    waiting = list(dict.fromkeys(names))
    shapes: dict[str, int] = {}
    # The first writer of a role has the same shape in every figure, whoever stands beside it.
    for shape, role in enumerate(COLOURS):
        for name in [name for name in waiting if known.get(name) == role][:1]:
            shapes[name] = shape
    count = len(_HATCHES)
    unused = [shape for shape in (*range(len(COLOURS), count), *range(len(COLOURS))) if shape not in shapes.values()]
    further, colours = chain(unused, cycle(range(count))), cycle(OTHERS)
    found = {}
    for name in waiting:
        shape = shapes[name] if name in shapes else next(further)
        colour = COLOURS[known[name]] if name in known else next(colours)
        found[name] = Look(colour, _HATCHES[shape], _MARKERS[shape], _DASHES[shape])
    return found
