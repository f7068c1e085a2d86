"""``tessy-detect show``: what a detector's folder says of it."""

from collections.abc import Iterator, Mapping

from analysis.commands.eval import print_scores
from analysis.commands.options import Folder

_STRONGEST = 30


def show(folder: Folder) -> None:
    """Show what a detector is, what it was fitted to, and what it weighs most."""
    from rich.console import Console
    from rich.table import Table

    from detectors import store

    card = store.read_card(folder)
    store.load(folder)
    console = Console(highlight=False)
    table = Table(show_header=False, box=None)
    for name in ("kind", "tessy", "context", "lookahead", "sha256"):
        table.add_row(name, str(card.get(name, ""))[:16])
    for name, value in card["settings"].items():
        if name not in card and not isinstance(value, dict | list):
            table.add_row(name, str(value))
    for name, value in _flatten(card.get("training") or {}):
        table.add_row(f"training: {name}", value)
    console.print(table)
    if scores := card.get("scores"):
        print_scores(scores, title=str(scores.get("how", "")))
    strongest = card["settings"].get("phrases") or card.get("strongest") or {}
    if strongest:
        ranked = sorted(strongest.items(), key=lambda item: (-abs(item[1]), item[0]))
        console.print(
            "weighs most (^ at the start of a clause, ^. a sentence, ^, after a sign, ^~ after a phrase):", markup=False
        )
        console.print(", ".join(f"{term} {weight:.2f}" for term, weight in ranked[:_STRONGEST]), markup=False)


def _flatten(value: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, part in value.items():
        if isinstance(part, Mapping):
            yield from _flatten(part, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", str(part)[:40]
