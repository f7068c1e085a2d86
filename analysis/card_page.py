"""A detector's card as a page: one list of sections, shown on a terminal or as Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from analysis.evaluation.score_tables import AGREEMENT_NAMES, bounds_of

if TYPE_CHECKING:
    from rich.console import Console

_STRONGEST = 30
_TIES = "^ starts a clause, ^. a sentence; ^, follows a sign, ^~ another phrase"
_HASH: Final = 64
_SHOWN: Final = 16


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: a table with a name; the first column holds names.

    Attributes
    ----------
    title
        What the table is about.
    header
        The names of the columns; empty where none are needed.
    rows
        The cells, as many as the header has, or two.
    note
        A line of text under the table.
    """

    title: str
    rows: Sequence[Sequence[str]]
    header: Sequence[str] = ()
    note: str = ""


def page_of(card: Mapping[str, Any]) -> list[Section]:
    """Lay out a card; what it does not say is left out."""
    sections = [
        Section("Detector", [*_plain(card)]),
        Section("Reads", [*_flatten(card.get("features") or {})]),
        Section("Fitted to", [*_flatten(card.get("training") or {}), *_flatten({"seed": card.get("seed")})]),
        *_scores(card.get("scores") or {}),
        *_strongest(card),
        Section(
            "Model files", [(name, f"{part['size']:,} bytes", part["sha256"][:_SHOWN]) for name, part in _files(card)]
        ),
        Section("Fitted with", [*_flatten(card.get("libraries") or {})]),
    ]
    return [section for section in sections if section.rows]


def _plain(card: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "kind", str(card.get("kind", ""))
    yield "reads to the left", f"{card['context']} words" if "context" in card else ""
    yield "reads to the right", f"{card['lookahead']} words" if card.get("lookahead") else "nothing"
    if (threshold := card.get("threshold", card.get("settings", {}).get("threshold"))) is not None:
        yield "threshold", f"{threshold:g}"
    if calibration := card.get("settings", {}).get("calibration"):
        yield from _flatten({"calibration": calibration})
    yield "tessy", str(card.get("tessy", ""))
    yield "sha256", str(card.get("sha256", ""))


def _files(card: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return sorted((card.get("checkpoint") or {}).items())


def _scores(scores: Mapping[str, Any]) -> Iterator[Section]:
    intervals = scores.get("intervals") or {}
    rows = [
        (
            name,
            *(f"{found[part]:.3f}" for part in ("precision", "recall", "f1")),
            bounds_of(intervals[f"{key}.f1"]) if f"{key}.f1" in intervals else "",
        )
        for key, name in AGREEMENT_NAMES.items()
        if isinstance(found := scores.get(key), Mapping)
    ]
    size = ", ".join(f"{scores[key]:,} {name}" for key, name in _SIZES.items() if key in scores)
    how = str(scores.get("how", ""))
    note = f"{how[:1].upper()}{how[1:]}: {size}." if size else how
    yield Section("Scores", rows, ("", "precision", "recall", "F1", "95 %"), note)
    cuts = [(writer, *(f"{found[part]:.3f}" for part in _CUTS)) for writer, found in (scores.get("cut") or {}).items()]
    yield Section("Where drafts are cut", cuts, ("writer", *_CUTS.values()), _CUTS_NOTE)
    yield Section("Calibration", [*_flatten({"expected calibration error": scores.get("calibration_error")})])


_CUTS: Final[Mapping[str, str]] = {
    "exact_cuts": "exact",
    "early_cuts": "early",
    "late_cuts": "late",
    "early": "words early",
    "late": "words late",
    "wrong_author": "wrong author",
}
_CUTS_NOTE = "Shares of cuts; mean words a cut is off; words of the wrong author per 1,000."
_SIZES: Final[Mapping[str, str]] = {"texts": "texts", "tokens": "words", "questions": "questions"}


def _strongest(card: Mapping[str, Any]) -> Iterator[Section]:
    phrases = card.get("settings", {}).get("phrases")
    strongest = phrases or card.get("strongest") or {}
    if not isinstance(strongest, Mapping):
        return
    ranked = sorted(strongest.items(), key=lambda item: (-abs(item[1]), item[0]))[:_STRONGEST]
    terms = "; ".join(f"{term} {weight:.2f}" for term, weight in ranked)
    yield Section(
        "Weighs most", [("phrases" if phrases else "words", terms)] if terms else [], note=_TIES * bool(phrases)
    )


def _flatten(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Write nested objects as lines: ``student traces``, ``student texts``."""
    for name, part in value.items():
        spoken = f"{prefix}{name}".replace("_", " ")
        if isinstance(part, Mapping):
            yield from _flatten(part, f"{spoken} ")
        elif isinstance(part, list):
            yield spoken, ", ".join(map(str, part))
        elif part is not None:
            text = f"{part:,}" if isinstance(part, int) and not isinstance(part, bool) else str(part)
            yield spoken, text[:_SHOWN] if name == "sha256" and len(text) == _HASH else text


def as_markdown(sections: Sequence[Section], *, title: str) -> str:
    """Write a page as Markdown, for the README of a model's folder."""
    lines = [f"# {_escape(title)}"]
    for section in sections:
        header = section.header or [""] * len(section.rows[0])
        lines += ["", f"## {section.title}", "", *([f"{_escape(section.note)}", ""] if section.note else [])]
        lines += [_line(header), "|" + "---|" * len(header)]
        lines += [_line(row) for row in section.rows]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(map(_escape, cells)) + " |"


def _escape(text: str) -> str:
    """Keep Markdown from reading signs of phrases as its own."""
    return "".join(f"\\{sign}" if sign in "\\`*_|<>#[]~^" else sign for sign in text.replace("\n", " "))


def print_page(console: "Console", sections: Sequence[Section]) -> None:
    """Show a page on a terminal."""
    from rich.text import Text

    from analysis.evaluation.score_tables import new_table

    for section in sections:
        table = new_table(section.title, *section.header, caption=section.note)
        if not section.header:
            table.show_header = False
            table.box = None
        for row in section.rows:
            table.add_row(*map(Text, row))
        console.print(table)
