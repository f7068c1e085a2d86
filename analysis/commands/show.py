"""``tessy-detect show``: what a detector's folder says of it."""

import json
from typing import Annotated

import typer

from analysis.commands.options import Folder
from detectors.errors import UsageError


def show(
    folder: Folder,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole card as JSON.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print a page for a README.")] = False,
) -> None:
    """Show what a detector is, what it was fitted to, how well it does, and what it weighs most.

    The detector is loaded first, so that its hashes are checked.
    """
    from analysis.card_page import as_markdown, page_of, print_page
    from analysis.evaluation.score_tables import new_console
    from detectors import store

    if as_json and markdown:
        raise UsageError("--json and --markdown are two forms of one page", advice="give one of them")
    store.load(folder)
    card = store.read_card(folder)
    if as_json:
        typer.echo(json.dumps(card, ensure_ascii=False, indent=1))
    elif markdown:
        typer.echo(as_markdown(page_of(card), title=f"{folder.resolve().name}: {card['kind']} detector"), nl=False)
    else:
        print_page(new_console(), page_of(card))
