"""The orchestrator alone: kept tokens a second and memory, with scripted engines that stop at the boundary.

Run it with ``make bench-orchestrator``. It writes from 64 to 4,096 traces at once, and traces from 256 to 16k words;
every measurement has a process of its own, on one core. A scripted engine does what an engine with tessy's plugin
does: it judges every word with the compiled detector and stops; the composition then judges the same words again. What
the plugin itself adds to a step of vLLM's scheduler is measured beside them (`benchmarks.hook`).
"""

import argparse
import asyncio
import gc
import json
import os
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from detectors.lexicon import LexiconDetector
from detectors.spans import complement, words
from tessy.engines.script import ScriptedVocabulary, scripts
from tessy.engines.scripted import ScriptedEngine
from tessy.journal import Journal
from tessy.prompts import Prompt
from tessy.records import trace_row
from tessy.synthesizer import Outcome, Synthesizer

# Spans about as long as in labelled traces of reasoning models: 3.3 words of style and 18.2 of the rest, the means over
# 840 segments of seven models. `mean_spans` says how long they are here.
STEPS = (
    "Okay, the sum of the first {a} odd numbers is {b}^2, and 1 + 3 + {a} = {c}.",
    "Wait, the list has {b} entries and only the even ones count, which leaves {a} of them.",
    "But let me check that: for n = {c} the loop runs from 2 to {a} and returns {b} at the end.",
    "So the function must return the index of the last element {a} whose value is below the limit {c}.",
)
LEXICON = {"okay,": 1.0, "wait,": 1.0, "but let me check that:": 1.0, "so the function must": 1.0}


def script(length: int, seed: int = 0) -> str:
    """Write a trace of about so many words; no two seeds write the same."""
    draw = random.Random(seed)
    text, size, step = [], 0, 0
    while size < length:
        a, b, c = (draw.randrange(1_000) for _ in range(3))
        text.append(STEPS[step % len(STEPS)].format(a=a, b=b, c=c))
        size += len(text[-1].split())
        step += 1
    return " ".join(text) + "</think>3"


def mean_spans() -> dict[str, float]:
    """Measure the mean length of the script's style spans and of what stands between them, in words."""
    text = script(800).partition("</think>")[0]
    spans = LexiconDetector(LEXICON).spans(text)
    style = sum(len(words(text[span.start : span.end])) for span in spans)
    gaps = complement(spans, len(text))
    rest = sum(len(words(text[gap.start : gap.end])) for gap in gaps)
    return {"style": round(style / len(spans), 1), "rest": round(rest / len(gaps), 1)}


def prompts(count: int) -> Iterator[Prompt]:
    """Ask so many questions."""
    return (Prompt.from_text("run", id=str(number)) for number in range(count))


def resident() -> int:
    """Measure this process's memory now, in bytes."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


async def run(traces: int, concurrency: int, length: int, *, one_script: bool = False) -> dict[str, float]:
    """Write so many traces of about so many words; sample the memory at every tenth of the way.

    The first trace to end tells how much memory all of them take when they are at their longest. Where `one_script`
    serves all traces, this is the orchestrator's; else each trace's script, which its two engines share, adds to it.
    """
    texts = [script(length, seed) for seed in range(1 if one_script else min(traces, 1_024))]
    # Both engines read the same scripts, cut into tokens before the clock starts.
    vocabulary = ScriptedVocabulary()
    cut = [scripts(text, vocabulary) for text in texts]
    engines = [
        ScriptedEngine(lambda prompt: cut[int(prompt.id) % len(cut)], vocabulary=vocabulary, stops_inside=True)
        for _ in range(2)
    ]
    synthesizer = Synthesizer(*engines, LexiconDetector(LEXICON, causal=True), concurrency=concurrency)
    memory: list[int] = []
    done = 0
    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "out.jsonl", {}) as journal:
        gc.collect()
        before = resident()

        def receive(outcome: Outcome) -> None:
            nonlocal done
            if outcome.trace is None:
                raise outcome.error or RuntimeError("no trace")
            if done % max(1, traces // 10) == 0:
                memory.append(resident())
            journal.finish(trace_row(outcome.trace, {}))
            done += 1

        async with synthesizer:
            if not all(engine.stops_inside for engine in engines):
                raise RuntimeError("the detector was not compiled")
            cpu, wall = time.process_time(), time.perf_counter()
            await synthesizer.run(prompts(traces), receive, journal)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        kept = sum(synthesizer.kept().values())
    return {
        "traces": traces,
        "concurrency": concurrency,
        "tokens_per_trace": kept / traces,
        "kept_tokens_per_second": round(kept / wall),
        "kept_tokens_per_cpu_second": round(kept / cpu),
        "bytes_per_trace": round((memory[0] - before) / concurrency),
        "growth_bytes_per_trace": round((memory[-1] - memory[1]) / (0.8 * traces)),
    }


def measure(traces: int, concurrency: int, length: int, *, one_script: bool = False) -> dict[str, float]:
    """Do the same in a process of its own, on one core."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measure, traces, concurrency, length, one_script).result()


def _measure(traces: int, concurrency: int, length: int, one_script: bool) -> dict[str, float]:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    return asyncio.run(run(traces, concurrency, length, one_script=one_script))


def hook() -> dict[str, Any] | None:
    """Measure what the plugin adds to a step of vLLM's scheduler (`benchmarks.hook`); None where vLLM is not there."""
    if find_spec("vllm") is None:
        return None
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_hook).result()


def _hook() -> dict[str, Any]:
    from benchmarks.hook import measure as measure_hook

    return measure_hook(blocks=12)


def memory_per_token(rows: list[dict[str, float]]) -> dict[str, float]:
    """Fit the memory of a trace to its length: bytes a token, and bytes a trace."""
    per_token, per_trace = np.polyfit(
        [row["tokens_per_trace"] for row in rows], [row["bytes_per_trace"] for row in rows], 1
    )
    return {"bytes_per_token": round(float(per_token), 2), "bytes_per_trace": round(float(per_trace))}


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passing", type=int, default=50_000, help="traces of the measurement that memory is flat")
    arguments = parser.parse_args()
    by_traces = [measure(2 * traces, traces, 256) for traces in (64, 256, 1_024, 4_096)]
    # The same number of traces at once, so that only their length differs.
    by_length = [measure(64 * times, 64, length) for times, length in ((32, 256), (8, 1_024), (2, 4_096), (1, 16_384))]
    memory = [measure(128, 128, length, one_script=True) for length in (256, 1_024, 4_096, 16_384)]
    short, long = (row["kept_tokens_per_cpu_second"] for row in (by_length[0], by_length[-1]))
    figures = {
        "mean_span_words": mean_spans(),
        "kept_tokens_per_second_at_1024": by_traces[2]["kept_tokens_per_second"],
        "cost_per_token_16k_vs_256": round(short / long, 3),
        "memory": memory_per_token(memory),
        "by_traces": by_traces,
        "by_length": by_length,
        "hook": hook(),
        "passing": measure(arguments.passing, 1_024, 24, one_script=True),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
