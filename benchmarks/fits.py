"""What ``tessy-detect fit`` takes, cross-validation included: seconds and peak memory, each fit in its own process."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

BARS = {"lexicon": 10, "logistic": 60, "probe": 15 * 60, "classifier": 60 * 60}
"""Kind -> the most seconds its fit may take on two cores."""
MOST_MEMORY = 6 * 2**30


def measure_fits(
    kinds: Sequence[str], labels: Path, model: Path | None, work: Path
) -> dict[str, dict[str, float | str]]:
    """Fit detectors of some kinds, all where none is named; those that need a model are left out without one."""
    found: dict[str, dict[str, float | str]] = {}
    for kind in kinds or BARS:
        needs_model = kind in {"probe", "classifier"}
        if needs_model and model is None:
            continue
        command = ["fit", kind, "--labels", str(labels), "--out", str(work / kind)]
        command += ["--model", str(model)] if needs_model else []
        found[kind] = measure([sys.executable, "-m", "analysis.cli", *command])
    table = Table(title="Fits", title_justify="left")
    for column in ("", "seconds", "bar", "peak GiB", "bar "):
        table.add_column(column, justify="right" if column else "left")
    for kind, figures in found.items():
        memory = float(figures["peak_bytes"]) / 2**30
        table.add_row(kind, f"{figures['seconds']:.1f}", f"< {BARS[kind]}", f"{memory:.2f}", f"< {MOST_MEMORY >> 30}")
    Console(stderr=True).print(table)
    return found


def measure(command: Sequence[str]) -> dict[str, float | str]:
    """Run a command through a process of its own, whose only child it is, and read what that child took."""
    code = (
        "import json, resource, subprocess, sys, time\n"
        "started = time.perf_counter()\n"
        "subprocess.run(sys.argv[1:], check=True, stdout=sys.stderr)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)\n"
    )
    run = subprocess.run([sys.executable, "-c", code, *command], check=True, stdout=subprocess.PIPE, text=True)
    seconds, cpu, peak = map(float, run.stdout.split()[-3:])
    return {"seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1), "peak_bytes": int(peak)}
