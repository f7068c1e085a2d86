"""Draws what was measured."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.plots.figure import COLUMN, FONT, SMALL, STUDENT, TEACHER, check_form, prepare, save_figure

NAMES = {
    "lockstep_5_10": "lock-step, k = 5 / 10",
    "lockstep_20": "lock-step, k = 20",
    "lockstep_5_10_before": "lock-step, k = 5 / 10, cut before",
    "lockstep_20_after": "lock-step, k = 20, cut after",
    "http": "HTTP",
    "http_plugin": "HTTP, plugin",
    "sessions": "in process",
}
"""What the arms are called in the figure."""
_OTHERS = "0.65"
_PER_BAR, _FRAME = 0.24, 0.9


def draw(result: Mapping[str, Any], path: Path) -> None:
    """Draw kept tokens a second by arm, one panel a pair, the limit as a dashed line.

    Parameters
    ----------
    result
        The JSON of `benchmarks.interleave`.
    path
        Where to; ``.svg``, ``.pdf`` or ``.png``.

    Raises
    ------
    UsageError
        When the file cannot be written, or its name ends otherwise.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    check_form(path)
    pairs = [result, *([result["miniature"]] if "miniature" in result else [])]
    height = _FRAME + _PER_BAR * max(len(pair["arms"]) for pair in pairs)
    figure = Figure(figsize=((COLUMN + 0.4) * len(pairs), height), layout="constrained")
    FigureCanvasAgg(figure)
    for index, pair in enumerate(pairs):
        axes = figure.add_subplot(1, len(pairs), index + 1)
        prepare(axes)
        _draw_pair(axes, pair)
    save_figure(figure, path)


def _draw_pair(axes: Any, pair: Mapping[str, Any]) -> None:
    speeds = {arm: figures["kept_tokens_per_second"] for arm, figures in pair["arms"].items()}
    limit = speeds.pop("limit", None)
    lines = range(len(speeds))
    colours = [_OTHERS if arm.startswith("lockstep") else STUDENT for arm in speeds]
    axes.barh(list(lines), list(speeds.values()), height=0.7, color=colours)
    axes.set_yticks(list(lines), [NAMES[arm] for arm in speeds])
    axes.set_ylim(len(speeds) - 0.4, -1.0)
    for line, speed in zip(lines, speeds.values(), strict=True):
        axes.annotate(
            f"{speed:,.0f}", (speed, line), xytext=(3, 0), textcoords="offset points", va="center", fontsize=SMALL
        )
    if limit is not None:
        axes.axvline(limit, color=TEACHER, linewidth=1, linestyle="--")
        axes.annotate(
            f"limit {limit:,.0f}", (limit, -0.95), xytext=(-3, 0), textcoords="offset points", ha="right", va="top",
            fontsize=SMALL, color=TEACHER,
        )  # fmt: skip
    axes.set_xlim(0, 1.12 * max([*speeds.values(), limit or 0.0]))
    axes.set_xlabel("kept tokens per second", fontsize=FONT)
    axes.set_title(pair["models"].replace(", ", "\n"), fontsize=SMALL, loc="left")
