"""What a simulation found, as JSON, as tables and as a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.simulation.check import Comparison
from benchmarks.simulation.measure import Result
from benchmarks.simulation.parameters import Parameters
from benchmarks.simulation.timeline import Timeline
from tessy.trace import Role


def as_json(
    parameters: Parameters, results: Sequence[Result], timelines: Mapping[str, Timeline], limit: float
) -> dict[str, Any]:
    """Return a simulation's figures."""
    workload = asdict(parameters.workload)
    return {
        "parameters": parameters.title,
        "workload": workload,
        "devices": parameters.devices * parameters.workload.pairs,
        "limit_kept_tokens_per_second": round(limit, 1),
        "policies": {
            result.policy: {
                **{name: _rounded(value) for name, value in asdict(result).items() if name != "policy"},
                "of_limit": round(result.kept_tokens_per_second / limit, 3),
                "hours": round(timelines[result.policy].hours, 2),
                "gpu_hours": round(timelines[result.policy].device_hours, 1),
                "kept_tokens_by_hour": [round(kept) for kept in timelines[result.policy].kept_by_hour],
            }
            for result in results
        },
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _rounded(entry) for key, entry in value.items()}
    return round(value, 4)


def show_results(
    parameters: Parameters, results: Sequence[Result], timelines: Mapping[str, Timeline], limit: float
) -> None:
    """Print the table to stderr."""
    pairs = parameters.workload.pairs
    table = Table(title=f"{parameters.title}; a pair of engines, and the job on {pairs} pairs")
    table.add_column("policy", no_wrap=True)
    names = ("kept/s", "of limit", "made/kept", "extra read", "waiting", "teacher busy", "student busy", "hours")
    for name in (*names, "GPU hours"):
        table.add_column(name, justify="right")
    for result in results:
        job = timelines[result.policy]
        table.add_row(
            result.policy,
            f"{result.kept_tokens_per_second:,.0f}",
            f"{result.kept_tokens_per_second / limit:.2f}",
            f"{result.made_per_kept:.2f}",
            f"{result.extra_prefill_per_hand_over:.1f}",
            f"{result.waiting:.0%}",
            f"{result.busy[Role.TEACHER]:.0%}",
            f"{result.busy[Role.STUDENT]:.0%}",
            f"{job.hours:.1f}",
            f"{job.device_hours:,.0f}",
        )
    table.add_row("limit", f"{limit:,.0f}", "1.00")
    Console(stderr=True, width=120).print(table)


def show_comparisons(comparisons: Sequence[Comparison]) -> None:
    """Print predictions beside measurements to stderr."""
    table = Table(title="predicted beside measured, ratios to the best lock-step arm")
    table.add_column("arm", no_wrap=True)
    for name in ("measured/s", "predicted/s", "measured ratio", "predicted ratio", "difference"):
        table.add_column(name, justify="right")
    for row in comparisons:
        table.add_row(
            row.arm,
            f"{row.measured:,.1f}",
            f"{row.predicted:,.1f}",
            f"{row.measured_ratio:.2f}",
            f"{row.predicted_ratio:.2f}",
            f"{row.difference:+.1f} %",
        )
    Console(stderr=True, width=120).print(table)


def draw(parameters: Parameters, timelines: Mapping[str, Timeline], path: Path) -> None:
    """Draw the day: tokens kept by hour, and each policy's GPU hours for the whole job."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4), layout="constrained")
    day, cost = figure.subplots(1, 2, width_ratios=(3, 2))
    colours = {name: f"C{number}" for number, name in enumerate(timelines)}
    for name, job in timelines.items():
        day.stairs(job.kept_by_hour / 1e6, baseline=None, label=name, color=colours[name], linewidth=1.8)
    day.set(xlabel="hour", ylabel="million tokens kept in this hour", xlim=(0, 24), ylim=(0, None))
    day.set_xticks(range(0, 25, 4))
    day.legend(frameon=False, fontsize="small")
    devices = parameters.devices * parameters.workload.pairs
    day.set_title(f"a day on {devices} GPUs", fontsize="medium")
    names = list(timelines)[::-1]
    spent = [timelines[name].device_hours for name in names]
    bars = cost.barh(names, spent, color=[colours[name] for name in names])
    cost.bar_label(bars, [f"{hours:,.0f}" for hours in spent], padding=3)
    workload = parameters.workload
    cost.set_title(f"GPU hours for {workload.traces:,} traces of {workload.tokens:,} tokens", fontsize="medium")
    cost.set_xlim(0, 1.15 * max(spent))
    for axes in (day, cost):
        axes.spines[["top", "right"]].set_visible(False)
    # Text stays text, and the same figures give the same file.
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "tessy"}):
        figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)
