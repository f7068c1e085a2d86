"""Two vLLM engines take turns in several ways: kept tokens a second, and what they cost, on this machine's cores.

Run it with ``make bench-interleave``. The arms are

- ``lockstep_*``: the published loop (`benchmarks.interleaving.lockstep`), drafts of 5 and 10 tokens cut as in the
  released program, and the paper's 20;
- ``http``, ``http_plugin``: tessy over HTTP, without and with tessy's plugin on the servers;
- ``sessions``: tessy with both engines in its own program;
- ``limit``: each model alone generates what it contributed to tessy's traces, having read the rest once.

A repetition runs every arm; ratios are taken within a repetition, and their medians are reported. All arms share
models, prompts, detector, greedy decoding, block size and threads; engines run with one thread each, by default both on
the same core, so that the limit's times add up. Models never end by themselves (`benchmarks.interleaving.endless`).
"""

import argparse
import json
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.interleaving.arms import ARMS, USUAL
from benchmarks.interleaving.pairs import PAIRS
from benchmarks.interleaving.repetitions import Settings, measure_pair
from benchmarks.interleaving.report import headline, show, show_bars, summary
from benchmarks.simulation.calibration import Calibration, middle
from benchmarks.simulation.files import measured_parameters

_MODELS = Path(".cache/endless")


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pair", nargs="+", choices=PAIRS, default=["small", "miniature"], metavar="PAIR")
    parser.add_argument("--arms", nargs="+", choices=ARMS, metavar="ARM", default=list(USUAL), help=", ".join(ARMS))
    parser.add_argument("--traces", type=int, default=32, help="traces at once")
    parser.add_argument("--tokens", type=int, default=256, help="kept tokens of each trace")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--dtype", choices=("float32", "bfloat16"), default="bfloat16")
    parser.add_argument(
        "--cores", type=int, nargs=2, default=[0, 0], help="cores of the student's and teacher's engines"
    )
    parser.add_argument("--gather", type=float, default=0.0, help="gather_seconds of the engines in the program")
    parser.add_argument(
        "--calibrate",
        type=Path,
        metavar="TOML",
        help="also measure the servers, for benchmarks.simulate; one pair only",
    )
    parser.add_argument("--out", type=Path, help="also write the JSON to this file")
    parser.add_argument("--figure", type=Path, help="draw the JSON of --out, or of a new measurement, to this file")
    parser.add_argument("--draw", type=Path, metavar="JSON", help="measure nothing: draw this file to --figure")
    given = parser.parse_args(arguments)
    if given.calibrate and len(given.pair) > 1:
        parser.error("--calibrate writes the parameters of one pair: name it with --pair")
    return given


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Measure the pairs and return what is printed as JSON."""
    pairs: dict[str, dict[str, Any]] = {}
    for name in arguments.pair:
        settings = Settings(
            PAIRS[name],
            arguments.traces,
            arguments.tokens,
            arguments.repetitions,
            arguments.dtype,
            arguments.cores[0],
            arguments.cores[1],
            arguments.gather,
        )
        with tempfile.TemporaryDirectory() as work:
            calibrations: list[Calibration] | None = [] if arguments.calibrate else None
            repetitions = measure_pair(settings, arguments.arms, _MODELS, Path(work), calibrations)
        if calibrations:
            title = f"{settings.pair.says}, {settings.dtype}, cores {settings.student_core} and {settings.teacher_core}"
            text = measured_parameters(title, *middle(calibrations))
            arguments.calibrate.write_text(text, encoding="utf-8")
        pairs[name] = settings.as_row() | summary(repetitions, arguments.tokens)
        show(pairs[name])
    small = next((pair for name, pair in pairs.items() if name != "miniature"), None)
    miniature = pairs.get("miniature")
    figures = headline(small, miniature)
    show_bars(figures)
    main = small or miniature or {}
    return {**figures, **main, **{name: pair for name, pair in pairs.items() if pair is not main}}


def main() -> None:
    """Measure, or draw what was measured."""
    # So that the servers are stopped, too.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    arguments = parse()
    if arguments.draw:
        result = json.loads(arguments.draw.read_text(encoding="utf-8"))
    else:
        result = measure(arguments)
        text = json.dumps(result, indent=1)
        if arguments.out:
            arguments.out.write_text(text + "\n", encoding="utf-8")
        sys.stdout.write(text + "\n")
    if arguments.figure:
        from benchmarks.interleaving.figure import draw

        draw(result, arguments.figure)


if __name__ == "__main__":
    main()
