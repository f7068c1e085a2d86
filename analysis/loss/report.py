"""The losses of several corpora side by side: as a report, and as a table on a terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.loss.estimates import corpus_loss, loss_difference
from analysis.loss.sums import ANSWER, CAPABILITY, STYLE, THINKING, TraceSums
from detectors.errors import DataError

if TYPE_CHECKING:
    from rich.table import Table


def report_of(corpora: Mapping[str, Sequence[TraceSums]], *, seed: int = 0) -> dict[str, Any]:
    """Compute the loss of each corpus, and how far each is from the first.

    Parameters
    ----------
    corpora
        The sums of the traces of each, by name.
    seed
        Of the bootstrap.

    Returns
    -------
    dict
        ``corpora``: for each name what `CorpusLoss.as_dict` says. ``differences``: for each name but the first its nats
        a token less the first one's, on the questions both have, for all and for each part.

    Raises
    ------
    DataError
        When a corpus has nothing to score.
    """
    losses = {}
    for name, sums in corpora.items():
        if not any(row.total.tokens for row in sums):
            raise DataError("there is no thinking in these traces", where=name)
        losses[name] = corpus_loss(sums, seed=seed).as_dict()
    first, *others = corpora
    differences = {
        name: {
            "from": first,
            "questions": len({row.question for row in corpora[name]} & {row.question for row in corpora[first]}),
            "nats_per_token": {
                part: found.as_json()
                for part, found in loss_difference(corpora[name], corpora[first], seed=seed).items()
            },
        }
        for name in others
    }
    return {"corpora": losses, "differences": differences}


def print_report(report: Mapping[str, Any]) -> None:
    """Print the losses, and the differences where there are several corpora."""
    from analysis.evaluation.score_tables import new_console

    console = new_console()
    console.print(_losses(report["corpora"]))
    if report["differences"]:
        console.print(_differences(report["differences"]))


def _losses(corpora: Mapping[str, Any]) -> "Table":
    from analysis.evaluation.score_tables import new_table

    table = new_table(
        "Loss",
        *("", "tokens", "nats a token", "perplexity", "bits a character", "rank-surprisal ratio", "share of loss"),
        caption="in brackets: 95 % intervals over questions",
    )
    for name, loss in corpora.items():
        for part, found in loss["parts"].items():
            label = name if part == "all" else f"  {part}"
            plain = (_figure(found[key], bounds=False) for key in ("perplexity", "bits_per_character"))
            last = (_figure(found["rank_surprisal_ratio"]), _figure(found["nats_share"], bounds=False))
            table.add_row(label, f"{found['tokens']:,}", _figure(found["nats_per_token"]), *plain, *last)
    return table


def _differences(differences: Mapping[str, Any]) -> "Table":
    from analysis.evaluation.score_tables import new_table

    first = next(iter(differences.values()))["from"]
    found_parts = {part for found in differences.values() for part in found["nats_per_token"]}
    parts = [part for part in ("all", THINKING, STYLE, CAPABILITY, ANSWER) if part in found_parts]
    table = new_table(f"Nats a token, less those of {first}", "", "questions of both", *parts)
    for name, found in differences.items():
        figures = [found["nats_per_token"].get(part) for part in parts]
        table.add_row(
            name, f"{found['questions']:,}", *(_figure(figure, sign="+") if figure else "" for figure in figures)
        )
    return table


def _figure(found: Mapping[str, float | None], *, bounds: bool = True, sign: str = "") -> str:
    value, low, high = (found[name] for name in ("value", "low", "high"))
    if value is None:
        return ""
    shown = f"{value:{sign}.3f}"
    return f"{shown} [{low:{sign}.3f}, {high:{sign}.3f}]" if bounds and None not in {low, high} else shown
