"""Scores as tables on a terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from analysis.evaluation.comparison import Standing
    from analysis.evaluation.examination import Examination
    from analysis.evaluation.judgement import Judgement

AGREEMENT_NAMES: Final[Mapping[str, str]] = {
    "token": "words",
    "blank_token": "words cut at blanks",
    "span": "whole spans",
    "span_partial": "spans, half for an overlap",
    "span_overlap": "spans that overlap",
    "boundary": "span bounds",
}
"""What precision, recall and F1 are of, in the words of a table."""


_PIPE_WIDTH = 120
"""Characters of a line where no terminal bounds it."""


def new_console(*, stderr: bool = False) -> "Console":
    """Return where tables go: as wide as the terminal; in a pipe or file wide enough that no cell is broken."""
    from rich.console import Console

    # Names come from data: nothing in them is markup.
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if console.is_terminal:
        return console
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, width=_PIPE_WIDTH)


def new_table(title: str, *columns: str, caption: str = "") -> "Table":
    """Make a table whose first column holds names, and the others numbers."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(
        title=title,
        caption=caption or None,
        box=SIMPLE_HEAD,
        title_justify="left",
        caption_justify="left",
        collapse_padding=True,
        pad_edge=False,
    )
    for number, name in enumerate(columns):
        # A number broken over two lines is misread; a name is not.
        table.add_column(name, justify="right" if number else "left", no_wrap=bool(number), overflow="fold")
    return table


def agreement_table(scores: Mapping[str, Any], *, title: str) -> "Table":
    """Show precision, recall and F1, from what `Scores.as_dict` or `Judgement.as_dict` returns.

    The 95 % interval of F1 has a column where the scores hold intervals.
    """
    intervals = scores.get("intervals")
    table = new_table(title, "", "precision", "recall", "F1", *(["95 %"] if intervals else []))
    for key, name in AGREEMENT_NAMES.items():
        if isinstance(agreement := scores.get(key), Mapping):
            numbers = [f"{agreement[part]:.3f}" for part in ("precision", "recall", "f1")]
            bounds = [bounds_of(intervals[f"{key}.f1"])] if intervals else []
            table.add_row(name, *numbers, *bounds)
    return table


def bounds_of(bounds: Sequence[float], digits: int = 3) -> str:
    """Write an interval."""
    return f"{bounds[0]:.{digits}f}–{bounds[1]:.{digits}f}"


def cut_table(judgement: "Judgement") -> "Table":
    """Show where drafts are cut (see `analysis.evaluation.cut_error`)."""
    shares, lengths = ("exact_cuts", "early_cuts", "late_cuts"), ("early", "late")
    table = new_table(
        "Where drafts are cut",
        "writer",
        *("exact", "early", "late"),
        *("words early", "words late"),
        "wrong author",
        "95 %",
        caption="shares of cuts; mean words a cut is off; words of the wrong author per 1,000",
    )
    for writer in ("student", "teacher", "both"):
        values = {part: judgement.values[f"cut.{writer}.{part}"] for part in (*shares, *lengths, "wrong_author")}
        bounds = bounds_of(judgement.intervals[f"cut.{writer}.wrong_author"], 1)
        table.add_row(
            writer,
            *(f"{values[part]:.3f}" for part in shares),
            *(f"{values[part]:.2f}" for part in lengths),
            f"{values['wrong_author']:.1f}",
            bounds,
        )
    return table


def group_table(judgement: "Judgement", name: str) -> "Table":
    """Show the scores of each group of texts."""
    table = new_table(
        f"By {name}", name, "questions", "words", "token F1", "95 %", "span F1", "cuts exact", "wrong author"
    )
    for group, part in judgement.groups.items():
        values = part.values
        table.add_row(
            group,
            str(part.questions),
            f"{part.words:,}",
            f"{values['token.f1']:.3f}",
            bounds_of(part.intervals["token.f1"]),
            f"{values['span.f1']:.3f}",
            f"{values['cut.both.exact_cuts']:.3f}",
            f"{values['cut.both.wrong_author']:.1f}",
        )
    return table


def comparison_table(standings: "Sequence[Standing]", examinations: "Mapping[str, Examination]") -> "Table":
    """Show detectors, best first."""
    table = new_table(
        "Detectors, best first",
        "detector",
        *("token\nF1", "95 %", "behind,\n95 %"),
        *("cuts\nexact", "words\nearly", "words\nlate", "wrong\nauthor"),
        "calibr.\nerror",
        "CPU s",
        caption="behind the best on the same resampled questions; wrong author and CPU s per 1,000 words",
    )
    for standing in standings:
        values, examined = standing.judgement.values, examinations[standing.name]
        behind = [-bound for bound in reversed(standing.difference_interval)]
        table.add_row(
            standing.name + (" *" if examined.own_training else ""),
            f"{values['token.f1']:.3f}",
            bounds_of(standing.judgement.intervals["token.f1"]),
            bounds_of(behind) if standing is not standings[0] else "",
            f"{values['cut.both.exact_cuts']:.3f}",
            *(f"{values[f'cut.both.{part}']:.2f}" for part in ("early", "late")),
            f"{values['cut.both.wrong_author']:.1f}",
            f"{values['calibration_error']:.3f}",
            f"{examined.cpu_seconds:.2g}",
        )
    return table


def print_scores(scores: Mapping[str, Any], *, title: str, stderr: bool = False) -> None:
    """Print precision, recall and F1 as a table."""
    new_console(stderr=stderr).print(agreement_table(scores, title=title))
