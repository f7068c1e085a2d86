"""Who wrote how much of each corpus."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analysis.plots.bars import draw_bars
from analysis.plots.figure import COLUMN, FONT, SMALL, place, room
from analysis.plots.legend import draw_legend
from analysis.plots.lettering import fitted, text_width
from analysis.plots.looks import Roles, lightness, looks
from analysis.plots.numbers import percent
from analysis.plots.sizes import Width, inches

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NAMES = 0.42
_LINE, _FRAME = 0.28, 0.8
_EDGES = 24.0


def plot_token_shares(
    tokens: Mapping[str, Mapping[str, float]],
    *,
    label: str = "share of tokens",
    roles: Roles | None = None,
    width: Width = COLUMN,
    axes: "Axes | None" = None,
) -> "Figure":
    """Draw which share of each corpus each author wrote, as stacked bars (as in arXiv 2604.14164, Fig. 17).

    Parameters
    ----------
    tokens
        For each corpus the tokens of each author, such as ``{"teacher": 777, "student": 223}``; in any unit.
    label
        What the shares are of.
    roles
        The roles of authors with other names than ``student``, ``teacher`` and ``synthesized``.
    width
        Inches, or the name of a size.
    axes
        Where to draw; None makes a figure.

    Raises
    ------
    ValueError
        When a number is negative.
    """
    if any(count < 0 for counts in tokens.values() for count in counts.values()):
        raise ValueError("tokens cannot be fewer than 0")
    wide = inches(width)
    figure, axes = place(axes, wide, _FRAME + _LINE * max(2, len(tokens)))
    shown = looks((author for counts in tokens.values() for author in counts), roles)
    texts = [fitted(name, _NAMES * room(axes), lines=2) for name in tokens]
    handles = []
    begins = [0.0] * len(tokens)
    totals = [sum(counts.values()) for counts in tokens.values()]
    written: list[tuple[float, int, float, str]] = []
    for author, look in shown.items():
        shares = [
            counts.get(author, 0.0) / total if total else 0.0
            for counts, total in zip(tokens.values(), totals, strict=True)
        ]
        handles.append(draw_bars(axes, range(len(tokens)), shares, look, begins=begins, height=0.7))
        written += [
            (begin + share / 2, line, share, look.colour)
            for line, (begin, share) in enumerate(zip(begins, shares, strict=True))
        ]
        begins = [begin + share for begin, share in zip(begins, shares, strict=True)]
    axes.set_yticks(range(len(texts)), texts, parse_math=False)
    axes.set(xlim=(0, 1), ylim=(max(1, len(texts)) - 0.5, -0.5))
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    percent(axes.xaxis)
    taken = max(map(text_width, "\n".join(texts).split("\n")))
    draw_legend(axes, handles, list(shown), beside=taken + _EDGES)
    label = fitted(label, room(axes) - taken - _EDGES, size=FONT, lines=3)
    axes.set_xlabel(label, fontsize=FONT, parse_math=False)
    _write_shares(axes, written, [line for line, total in enumerate(totals) if not total])
    return figure


def _write_shares(axes: "Axes", written: list[tuple[float, int, float, str]], empty: list[int]) -> None:
    """Write each share into its part of a bar where it fits, on plain colour, so that no hatch runs through it."""
    figure = axes.get_figure(root=True)
    figure.draw_without_rendering()  # type: ignore[union-attr]
    whole = axes.get_window_extent().width * 72 / figure.dpi  # type: ignore[union-attr]
    for middle, line, share, colour in written:
        text = f"{100 * share:.1f} %"
        if text_width(text) + 8 <= share * whole:
            axes.text(
                middle,
                line,
                text,
                ha="center",
                va="center_baseline",
                fontsize=SMALL,
                color="black" if lightness(colour) > 55 else "white",
                bbox={"boxstyle": "square,pad=0.15", "facecolor": colour, "linewidth": 0},
            )
    for line in empty:
        axes.text(0.5, line, "no tokens", ha="center", va="center_baseline", fontsize=SMALL, color="0.35")
