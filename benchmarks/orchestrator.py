"""The orchestrator alone: kept tokens a second and memory, with scripted engines and a lexicon.

Run it with ``make bench``. Two figures stand beside each other: throughput at 1,024 traces at once, and the growth of
memory while 50,000 traces pass through.
"""

import argparse
import asyncio
import gc
import json
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from detectors.lexicon import LexiconDetector
from detectors.spans import complement, words
from tessy.engines.scripted import ScriptedEngine
from tessy.journal import Journal
from tessy.prompts import Prompt
from tessy.records import trace_row
from tessy.synthesizer import Outcome, Synthesizer

# Spans about as long as in labelled traces of reasoning models: 3.3 words of style and 18.2 of the rest, the means over
# 840 segments of seven models. `mean_spans` says how long they are here.
STEPS = (
    "Okay, the sum of the first n odd numbers is n^2, and 1 + 3 + 5 = 9.",
    "Wait, the list has 8 entries and only the even ones count, which leaves 4 of them.",
    "But let me check that: for n = 7 the loop runs from 2 to 6 and returns 21 at the end.",
    "So the function must return the index of the last element whose value is below the limit k.",
)
LEXICON = {"okay,": 1.0, "wait,": 1.0, "but let me check that:": 1.0, "so the function must": 1.0}


def script(length: int) -> str:
    """Write a trace of about so many words."""
    text, step = [], 0
    while sum(len(part.split()) for part in text) < length:
        text.append(STEPS[step % len(STEPS)])
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


async def measure(traces: int, concurrency: int, length: int) -> dict[str, float]:
    """Write so many traces; sample the memory at every tenth of the way."""
    text = script(length)
    synthesizer = Synthesizer(
        ScriptedEngine(text), ScriptedEngine(text), LexiconDetector(LEXICON), concurrency=concurrency
    )
    memory: list[int] = []
    done = 0
    with tempfile.TemporaryDirectory() as folder, Journal(Path(folder) / "out.jsonl", {}) as journal:

        def receive(outcome: Outcome) -> None:
            nonlocal done
            if outcome.trace is None:
                raise outcome.error or RuntimeError("no trace")
            journal.finish(trace_row(outcome.trace, {}))
            done += 1
            if done % max(1, traces // 10) == 0:
                gc.collect()
                memory.append(resident())

        async with synthesizer:
            cpu, wall = time.process_time(), time.perf_counter()
            await synthesizer.run(prompts(traces), receive, journal)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        kept = sum(synthesizer.kept().values())
    return {
        "traces": traces,
        "concurrency": concurrency,
        "kept_tokens": kept,
        "kept_tokens_per_second": round(kept / wall),
        "kept_tokens_per_cpu_second": round(kept / cpu),
        "memory_at_fifth_mb": round(memory[1] / 1e6, 1),
        "memory_at_end_mb": round(memory[-1] / 1e6, 1),
        "growth_bytes_per_trace": round((memory[-1] - memory[1]) / (0.8 * traces)),
    }


def main() -> None:
    """Print both figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--traces", type=int, default=50_000, help="traces of the memory measurement")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    figures = {
        "mean_span_words": mean_spans(),
        "throughput": asyncio.run(measure(2_048, 1_024, 256)),
        "memory": asyncio.run(measure(arguments.traces, 1_024, 24)),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
