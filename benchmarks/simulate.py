"""A discrete-event model of two engines that write traces together: a day's timeline and GPU hours by policy.

Run it with ``make bench-simulate``: a window of steady state is simulated for each policy and scaled to the whole job;
JSON goes to stdout, a table to stderr. ``--calibrate URL URL`` measures two vLLM servers and writes the parameters
file given; ``--check RESULT`` predicts the arms of a result of ``benchmarks.interleave`` from a parameters file.
docs/simulation.md says what is modelled and what is not.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from analysis.labels import read_labels
from benchmarks.simulation.calibration import calibrate
from benchmarks.simulation.check import compare, like_measured, read_result
from benchmarks.simulation.files import measured_parameters
from benchmarks.simulation.limit import limit_tokens_per_second
from benchmarks.simulation.measure import at_concurrency, in_progress, run_begin, run_window
from benchmarks.simulation.parameters import Parameters, load_parameters
from benchmarks.simulation.policies import Policy, drafts, policies
from benchmarks.simulation.report import as_json, draw, show_comparisons, show_results
from benchmarks.simulation.spans import Observed
from benchmarks.simulation.timeline import Timeline, whole_job
from detectors.errors import TessyError, UsageError
from detectors.spans import complement, words
from tessy.trace import Role

PARAMETERS = Path(__file__).parent / "parameters"
_HOURS = 24


def job(
    parameters: Parameters, policy: Policy, steady: float, seed: int, window: float, observed: Observed | None = None
) -> Timeline:
    """Return a policy's whole job, from its steady speed and short runs of its beginning and its end."""
    at_once = parameters.workload.at_once
    begin = run_begin(parameters, policy, seed=seed, seconds=window, observed=observed)
    fewer = {
        count: run_window(
            at_concurrency(parameters, count), policy, seed=seed, warm_up=window / 4, window=window, observed=observed
        ).kept_tokens_per_second
        for count in sorted({1, max(1, at_once // 8), max(1, at_once // 3)} - {at_once})
    }
    left = np.array([length - place for length, place in in_progress(parameters.workload, seed)])
    return whole_job(parameters, steady, begin, fewer, left, _HOURS)


def observed_spans(path: Path) -> Observed:
    """Return the lengths of annotated style spans and of what stands between them, in words."""
    lengths: dict[Role, list[int]] = {role: [] for role in Role}
    for labelled in read_labels(path):
        text = labelled.text
        for role, spans in ((Role.STUDENT, labelled.spans), (Role.TEACHER, complement(labelled.spans, len(text)))):
            counts = (len(words(text[span.start : span.end])) for span in spans)
            lengths[role] += [count for count in counts if count]
    return {role: np.array(counts, dtype=float) for role, counts in lengths.items()}


def simulate(arguments: argparse.Namespace) -> dict[str, object]:
    """Simulate every policy and return the figures."""
    parameters = load_parameters(arguments.parameters)
    changes = {"at_once": arguments.at_once, "pairs": arguments.pairs}
    given = {name: value for name, value in changes.items() if value is not None}
    parameters = replace(parameters, workload=replace(parameters.workload, **given))
    observed = observed_spans(arguments.labels) if arguments.labels else None
    results, timelines = [], {}
    for policy in policies(drafts(parameters)):
        result = run_window(
            parameters, policy, seed=arguments.seed, warm_up=arguments.window / 4, window=arguments.window,
            observed=observed,
        )  # fmt: skip
        results.append(result)
        timelines[policy.name] = job(
            parameters, policy, result.kept_tokens_per_second, arguments.seed, arguments.window / 4, observed
        )
    limit = limit_tokens_per_second(parameters)
    show_results(parameters, results, timelines, limit)
    if arguments.figure:
        draw(parameters, timelines, arguments.figure)
    return as_json(parameters, results, timelines, limit)


def check(arguments: argparse.Namespace) -> dict[str, object]:
    """Predict a measured result and return predictions, measurements and differences."""
    parameters, pair = load_parameters(arguments.parameters), read_result(arguments.check, arguments.pair)
    comparisons = compare(parameters, pair, arguments.seed)
    show_comparisons(comparisons)
    return {
        "parameters": parameters.title,
        "pair": pair.name,
        "drafts": drafts(like_measured(parameters, pair)),
        "arms": {row.arm: {**asdict(row), "difference_percent": round(row.difference, 1)} for row in comparisons},
        "largest_difference_percent": round(max(abs(row.difference) for row in comparisons), 1),
    }


def measure(arguments: argparse.Namespace) -> dict[str, object]:
    """Measure servers and write their parameters file."""
    if not 1 <= len(arguments.calibrate) <= 2:
        raise UsageError("--calibrate takes one server, or the student's and the teacher's")
    servers, overlap = asyncio.run(calibrate(arguments.calibrate, arguments.seed))
    text = measured_parameters(arguments.title or arguments.parameters.stem, servers, overlap)
    arguments.parameters.write_text(text, encoding="utf-8")
    return {"written": str(arguments.parameters), "servers": [asdict(server) for server in servers], "overlap": overlap}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(prog="benchmarks.simulate", description=__doc__.partition("\n\n")[0])
    parser.add_argument("parameters", type=Path, nargs="?", default=PARAMETERS / "h100.toml", help="a parameters file")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--window", type=float, default=60.0, help="simulated seconds of steady state")
    parser.add_argument("--at-once", type=int, help="traces at the same time on a pair of engines")
    parser.add_argument("--pairs", type=int, help="pairs of engines")
    parser.add_argument("--labels", type=Path, help="draw span lengths from these annotated texts")
    parser.add_argument("--figure", type=Path, help="draw the day here (SVG or PNG)")
    parser.add_argument("--check", type=Path, metavar="RESULT", help="a JSON result of benchmarks.interleave")
    parser.add_argument("--pair", default="", help="the pair of models of --check, where the result has several")
    parser.add_argument("--calibrate", nargs="+", metavar="URL", help="servers of the student and of the teacher")
    parser.add_argument("--title", default="", help="what --calibrate measures, for its file")
    given = parser.parse_args(arguments)
    work = measure if given.calibrate else check if given.check else simulate
    try:
        print(json.dumps(work(given), indent=2))
    except TessyError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
