"""``plot token-shares``: who wrote how much of synthesized traces."""

from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from analysis.commands.named import named_paths
from analysis.commands.plots.canvas import Canvas
from analysis.commands.plots.options import Out, Width
from detectors.errors import DataError

_FIELD: Final = "tokens"


def token_shares(
    rows: Annotated[
        list[str],
        typer.Argument(
            metavar="[NAME=]FILE ...", help="Rows that tessy-synth wrote, as JSON lines.", show_default=False
        ),
    ],
    out: Out,
    width: Width = "icml-column",
) -> None:
    """Draw who wrote how much of synthesized traces.

    In tokens that were kept.
    """
    from analysis.plots import plot_token_shares

    canvas = Canvas.of(out, width)
    found = {name: _tokens(path) for name, path in named_paths(rows).items()}
    tokens = sum(counts.total() for counts in found.values())
    figure = plot_token_shares({name: _in_order(counts) for name, counts in found.items()}, width=canvas.width)
    canvas.save(figure, f"{tokens:,} kept tokens, each counted in its author's vocabulary")


def _tokens(path: Path) -> Counter[str]:
    """Sum the tokens that each author wrote."""
    from analysis.sources.shards import find_shards, read_source

    found: Counter[str] = Counter()
    for row, where, _ in read_source(find_shards(path)):
        found.update(_tokens_of_row(row.get(_FIELD), where))
    return found


def _tokens_of_row(tokens: Any, where: str) -> dict[str, int]:
    if tokens is None:
        advice = "give rows of tessy-synth: what one model wrote alone elsewhere has no authors"
        raise DataError(f"no field {_FIELD!r} in this row", where=where, advice=advice)
    if not isinstance(tokens, dict) or not all(
        isinstance(count, int) and not isinstance(count, bool) and count >= 0 for count in tokens.values()
    ):
        raise DataError(
            f"{_FIELD!r} must give whole numbers by author, got {str(tokens)[:60]!r}",
            where=where,
            advice='such as {"student": 25, "teacher": 18}',
        )
    return tokens


def _in_order(counts: Counter[str]) -> dict[str, float]:
    """Put the student first, then the teacher, as all bars have them, whoever wrote the first row."""
    first = {"student": 0, "teacher": 1}
    return {author: counts[author] for author in sorted(counts, key=lambda one: (first.get(one, 2), one))}
