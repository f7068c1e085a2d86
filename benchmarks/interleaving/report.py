"""Figures of several repetitions -> what is reported."""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.interleaving.arms import LOCKSTEP
from benchmarks.interleaving.measurement import Measurement, mean_spans

Repetition = Mapping[str, Measurement]

BARS = {
    "sessions_vs_lockstep": ">= 1.8",
    "sessions_vs_limit": ">= 0.75",
    "http_plugin_vs_lockstep": ">= 1.3",
    "miniature_sessions_vs_lockstep": ">= 1.5",
    "thrown_per_handover": "<= 1",
    "extra_prefill_per_handover": "<= 1",
}
"""What is asked of the figures at the top of the JSON."""
_COLUMNS = {
    "kept_tokens_per_second": ("kept/s", "{:,.1f}"),
    "made_per_kept": ("made/kept", "{:.2f}"),
    "thrown_per_handover": ("thrown/hand-over", "{:.2f}"),
    "extra_prefill_per_handover": ("extra read/hand-over", "{:.1f}"),
    "requests_per_kept": ("requests/kept", "{:.3f}"),
    "own_cpu_seconds_per_kept": ("own CPU ms/kept", "{:.3f}"),
    "own_memory_mb": ("own MB", "{:,.0f}"),
    "engine_memory_mb": ("engines MB", "{:,.0f}"),
}


def _best_lockstep(repetition: Repetition) -> float:
    return max((speed(repetition[arm]) for arm in LOCKSTEP if arm in repetition), default=0.0)


def speed(measurement: Measurement) -> float:
    """Return kept tokens a second."""
    return measurement.kept / measurement.seconds


def ratios(repetitions: Sequence[Repetition]) -> dict[str, float]:
    """Return medians of ratios within a repetition: each arm to its best lock-step, and to its limit."""
    found: dict[str, list[float]] = {}
    for repetition in repetitions:
        bases = {"lockstep": _best_lockstep(repetition)}
        if "limit" in repetition:
            bases["limit"] = speed(repetition["limit"])
        for arm, measurement in repetition.items():
            for base, value in bases.items():
                if value and arm not in LOCKSTEP and arm != base:
                    found.setdefault(f"{arm}_vs_{base}", []).append(speed(measurement) / value)
    return {name: statistics.median(values) for name, values in found.items()}


def _figures(repetitions: Sequence[Repetition], arm: str) -> dict[str, float]:
    figures = [repetition[arm].figures() for repetition in repetitions if arm in repetition]
    return {name: statistics.median(found[name] for found in figures) for name in figures[0]}


def _same_text(repetition: Repetition) -> dict[str, int]:
    """Count the traces on which our arms agree with the first of them."""
    ours = [arm for arm in ("http", "http_plugin", "sessions") if arm in repetition]
    if not ours:
        return {}
    first = [written.stretches for written in repetition[ours[0]].written]
    return {
        f"{arm} and {ours[0]}": sum(
            written.stretches == other for written, other in zip(repetition[arm].written, first, strict=True)
        )
        for arm in ours[1:]
    }


def summary(repetitions: Sequence[Repetition], tokens: int) -> dict[str, Any]:
    """Return medians of all arms' figures, ratios, spans, and what is not as planned.

    Parameters
    ----------
    repetitions
        The measurements by arm.
    tokens
        Kept tokens that each trace should have.
    """
    arms = list(repetitions[0])
    spoken = next((arm for arm in ("sessions", "http_plugin", "http") if arm in arms), arms[0])
    found = ratios(repetitions)
    return {
        "arms": {arm: _figures(repetitions, arm) for arm in arms},
        "spans": mean_spans(repetitions[0][spoken].written),
        "ratios": found,
        "same_text": _same_text(repetitions[0]),
        "short_traces": {
            arm: sum(sum(written.kept.values()) < tokens for written in measurement.written)
            for arm, measurement in repetitions[0].items()
        },
        "repetitions": [
            {arm: measurement.figures() for arm, measurement in repetition.items()} for repetition in repetitions
        ],
    }


def headline(small: Mapping[str, Any] | None, miniature: Mapping[str, Any] | None) -> dict[str, float]:
    """Return the figures that have a bar, as far as they were measured."""
    found: dict[str, float] = {}
    main = small or miniature
    if main is None:
        return found
    for name in ("sessions_vs_lockstep", "sessions_vs_limit", "http_plugin_vs_lockstep"):
        if name in main["ratios"]:
            found[name] = main["ratios"][name]
    if miniature and "sessions_vs_lockstep" in miniature["ratios"]:
        found["miniature_sessions_vs_lockstep"] = miniature["ratios"]["sessions_vs_lockstep"]
    if sessions := main["arms"].get("sessions"):
        for name in ("thrown_per_handover", "extra_prefill_per_handover"):
            found[name] = sessions[name]
    return found


def show(pair: Mapping[str, Any]) -> None:
    """Print one pair's figures as a table to stderr."""
    spans = ", ".join(f"{role} {tokens:.1f}" for role, tokens in pair["spans"].items())
    title = f"{pair['models']}: {pair['traces']} traces of {pair['tokens']} tokens; mean spans: {spans}"
    table = Table(title=title, title_justify="left")
    table.add_column("")
    for label, _ in _COLUMNS.values():
        table.add_column(label, justify="right")
    table.add_column("x lockstep", justify="right")
    table.add_column("x limit", justify="right")
    for arm, figures in pair["arms"].items():
        shown = dict(figures, own_cpu_seconds_per_kept=1e3 * figures["own_cpu_seconds_per_kept"])
        cells = [form.format(shown[name]) for name, (_, form) in _COLUMNS.items()]
        compared = (pair["ratios"].get(f"{arm}_vs_{base}") for base in ("lockstep", "limit"))
        table.add_row(arm, *cells, *(f"{ratio:.2f}" if ratio else "" for ratio in compared))
    Console(stderr=True, width=160).print(table)
    if short := {arm: count for arm, count in pair["short_traces"].items() if count}:
        Console(stderr=True, width=160).print(f"traces that ended early in the first repetition: {short}")


def show_bars(figures: Mapping[str, float]) -> None:
    """Print the figures that have a bar beside it, to stderr."""
    table = Table("", "measured", "bar")
    for name, bar in BARS.items():
        if name in figures:
            table.add_row(name, f"{figures[name]:.2f}", bar)
    Console(stderr=True).print(table)
