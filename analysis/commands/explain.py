"""``tessy-detect explain``: which features decided each word of a text."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.commands.options import Folder
from detectors.errors import DataError, UsageError

if TYPE_CHECKING:
    from rich.text import Text

    from analysis.explanation import ExplainedWord

_NOTEWORTHY = 0.1


def explain(
    folder: Folder,
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="The text.", show_default=False)] = None,
    file: Annotated[Path | None, typer.Option(help="A file of plain text instead.", show_default=False)] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page of HTML instead.", show_default=False)] = None,
    most: Annotated[int, typer.Option(help="Reasons of a word to show.", min=1)] = 5,
    every_word: Annotated[bool, typer.Option("--all", help="List every word, not only likely ones.")] = False,
) -> None:
    """Show in colour how likely each word is style, and which features or phrases decided it.

    Lists the words of probability 0.1 and above. Weights of a logistic detector are log-odds, those of a lexicon lie in
    0..1; other kinds show the probability alone.
    """
    from analysis.explanation import explain as explain_words
    from analysis.explanation_page import explanation_page
    from detectors.store import load

    content = _read(text, file)
    explained = explain_words(load(folder), content, most)
    if not explained:
        raise DataError("the text holds no words", where=str(file or "TEXT"), advice="give one with words")
    listed = [part for part in explained if every_word or part.style or part.probability >= _NOTEWORTHY]
    if html is None:
        _print(content, explained, listed)
        return
    try:
        html.write_text(explanation_page(content, explained, listed, title=f"{folder} explained"), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {html}: {error.strerror}") from error


def _read(text: str | None, file: Path | None) -> str:
    if file is None and text is not None:
        return text
    if file is None or text is not None:
        raise UsageError("give either a text or --file")
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}", advice="--file names plain text") from error
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8: {error.reason}", where=str(file), advice="convert it to UTF-8") from error


def _print(text: str, explained: "Sequence[ExplainedWord]", listed: "Sequence[ExplainedWord]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    whole = Text(text)
    for part in explained:
        whole.stylize(_colour(part), part.word.start, part.word.end)
    console.print(whole, soft_wrap=True)
    table = Table(box=None, pad_edge=False)
    table.add_column("word", no_wrap=True)
    table.add_column("p", justify="right")
    table.add_column("reasons")
    for part in listed:
        table.add_row(Text(part.word.text, _colour(part)), f"{part.probability:.2f}", _reasons(part))
    console.print(table)


def _colour(part: "ExplainedWord") -> str:
    """Return how a word is printed: style stands out without colours too."""
    if part.style:
        return "bold underline bright_blue"
    return "blue" if part.probability >= _NOTEWORTHY else "default"


def _reasons(part: "ExplainedWord") -> "Text":
    from rich.text import Text

    return Text("\n").join(
        Text(f"{reason.weight:+.2f} {reason.name}", "blue" if reason.weight > 0 else "yellow")
        for reason in part.reasons
    )
