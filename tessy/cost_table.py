"""What a run cost, as a table for people."""

from collections.abc import Mapping

from rich.table import Table

from tessy.counters import Counters
from tessy.trace import Role


def cost_table(totals: Mapping[Role, Counters]) -> Table:
    """Lay out the counters of a run, a row for each role.

    Spans are the mean kept tokens between two hand-overs; waiting is summed over all traces.
    """
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for name in ("requests", "made", "kept", "thrown", "read", "cached", "hand-overs", "span", "waiting"):
        table.add_column(name, justify="right")
    for role, counters in totals.items():
        counts = (
            counters.requests,
            counters.made,
            counters.kept,
            counters.thrown,
            counters.prefilled,
            counters.cached,
            counters.hand_overs,
        )
        mean = f"{counters.span_tokens / counters.hand_overs:.1f}" if counters.hand_overs else "-"
        table.add_row(role.value, *(f"{count:,}" for count in counts), mean, f"{counters.waiting:,.0f} s")
    return table
