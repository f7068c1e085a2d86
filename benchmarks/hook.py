"""What the plugin costs vLLM's scheduler: the real scheduler, 256 requests, a stub of 10 ms in place of the model.

Two engines take the same steps by turns, one of them with the plugin. In ``decode``, all requests write on and on in
the teacher's style, and no boundary comes. In ``turns``, texts mix both styles: with the plugin, requests stop at their
boundaries; without it, at the same tokens, because their `max_tokens` says so; then the stream's next turn begins.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from analysis.fitting import fit_logistic
from analysis.labels import LabelledText
from detectors.base import Detector
from detectors.lexicon import LexiconDetector
from detectors.logistic import LogisticDetector
from detectors.store import save
from tessy.engines.base import StopRule
from tessy.miniature import student_path
from tessy.miniature.writers import STUDENT, TEACHER, Style, write
from tessy.vllm_plugin import DETECTORS_VARIABLE, register
from tessy.vllm_plugin.extra_args import stop_arguments
from tessy.vllm_plugin.hook import WRAPPERS
from tessy.vocabulary import Vocabulary
from tessy.watch import BoundaryFinder
from tests.support.scheduling import ScheduledEngine

STUB_SECONDS = 0.010
_LENGTH = 1_200
_PROMPT = 24
_LONGEST_TURN = 64
_BEFORE = 64


def style_lexicon() -> LexiconDetector:
    """Return all phrases of the embedded student's style, with their signs."""

    def phrases(style: Style) -> Iterator[str]:
        for slot in (style.openings, style.leads, style.pauses, style.transitions, style.closings, style.ends):
            yield from slot
        yield from (*style.doubts, *style.reliefs)

    found = {phrase.strip(" .").lower() for phrase in phrases(STUDENT)} - {""}
    return LexiconDetector(dict.fromkeys([*sorted(found), ".", ","], 1.0), causal=True)


def style_logistic() -> LogisticDetector:
    """Return a causal logistic detector of the embedded student's style."""
    lexicon, writers = style_lexicon(), (STUDENT, TEACHER)
    texts = [write(["3 + 4 = 2", "2 * 2 = 4"], "4", writers, Random(seed)) for seed in range(100)]
    labels = [LabelledText(str(number), text, tuple(lexicon.spans(text))) for number, text in enumerate(texts)]
    return fit_logistic(labels, lookahead=0, threshold=0.9)


@dataclass(slots=True)
class Turn:
    """One turn of a stream: where in its line it begins, how long it is, and what a request asks for it."""

    start: int
    length: int
    rule: StopRule


def turns_of(line: Sequence[int], finder: BoundaryFinder, vocabulary: Vocabulary) -> list[Turn]:
    """Cut a line into turns of a teacher and a student, each thrown-away token being the next turn's first."""
    turns, start, style = [], _PROMPT, False
    while start < len(line) - _LONGEST_TURN - 1:
        before = vocabulary.texts([], line[max(start - _BEFORE, 0) : start])[0]
        rule = StopRule(finder.fingerprint, before, writes_style=style, first_word_is_own=True)
        watch = finder.watch(before, writes_style=style, first_word_is_own=True)
        length = next(
            (count for count in range(1, _LONGEST_TURN) if watch.push(line[start + count - 1])), _LONGEST_TURN
        )
        turns.append(Turn(start, length, rule))
        start, style = start + max(watch.boundary or length, 1), not style
    return turns


@dataclass(slots=True)
class Timed:
    """A scheduler with a clock."""

    scheduler: Any
    seconds: float = 0.0
    ready: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.scheduler, name)

    def _call(self, function: Any, *arguments: Any) -> Any:
        begin = time.thread_time()
        result = function(*arguments)
        self.seconds += time.thread_time() - begin
        return result

    def schedule(self) -> Any:
        return self._call(self.scheduler.schedule)

    def add_request(self, request: Any) -> None:
        self._call(self.scheduler.add_request, request)

    def update_from_output(self, *arguments: Any) -> Any:
        return self._call(self.scheduler.update_from_output, *arguments)


class Streams:
    """Many streams on one engine; each adds its next turn when one ends."""

    def __init__(self, model: Path, lines: Sequence[Sequence[int]], turns: Sequence[list[Turn]], *, asks: bool) -> None:
        self.engine = ScheduledEngine(model, blocks=64 * len(lines), most_requests=len(lines))
        self.clock = self.engine.scheduler = Timed(self.engine.scheduler)
        self._lines, self._turns, self._asks = lines, turns, asks
        self.lengths: dict[str, int] = {}
        for stream in range(len(lines)):
            # Spread out, or all turns would begin and end together.
            self._add(stream, stream % len(turns[stream]))

    def _add(self, stream: int, index: int) -> None:
        turn, line = self._turns[stream][index % len(self._turns[stream])], self._lines[stream]
        arguments = stop_arguments(turn.rule) if self._asks else None
        # One token more than there should be: only the boundary can end it.
        most = turn.length + (self._asks and turn.length < _LONGEST_TURN)
        self.engine.add(f"{stream} {index}", line[: turn.start], line, extra_args=arguments, max_tokens=most)

    def step(self) -> float:
        """Take one step, and wait for the stub; return the seconds the scheduler took."""
        before = self.clock.seconds
        self.engine.step()
        for name in list(self.engine.reasons):
            del self.engine.reasons[name], self.engine.requests[name]
            self.lengths[name] = len(self.engine.outputs.pop(name)[0])
            stream, index = map(int, name.split())
            self._add(stream, index + 1)
        time.sleep(STUB_SECONDS)
        return self.clock.seconds - before


def functions(scheduler: Any) -> list[tuple[Any, str, Any]]:
    """Return what the plugin wraps, as it is now."""
    return [(scheduler, name, getattr(scheduler, name)) for name in WRAPPERS]


@cache
def versions() -> tuple[list[tuple[Any, str, Any]], list[tuple[Any, str, Any]]]:
    """Put the plugin into this process; return the scheduler's functions without it and with it."""
    from vllm.v1.core.sched.scheduler import Scheduler

    without = functions(Scheduler)
    register()
    return without, functions(Scheduler)


def measure(
    detector: Detector | None = None, *, model: Path | None = None, requests: int = 256, blocks: int = 24
) -> dict[str, Any]:
    """Compare steps of the scheduler with and without the plugin.

    Parameters
    ----------
    detector
        What cuts the turns; the embedded student's phrases when None.
    model
        Whose tokenizer and configuration; the embedded student when None.
    requests
        At once.
    blocks
        Of 10 steps each, with the plugin and without in turn.
    """
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", "1")
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
    detector, model = detector or style_lexicon(), model or student_path()
    vocabulary = Vocabulary.load(str(model))
    finder = BoundaryFinder.compile(detector, vocabulary)
    if finder is None:
        raise SystemExit("this detector cannot judge tokens of this vocabulary")
    own = [mixed_line(vocabulary, stream, (TEACHER,)) for stream in range(requests)]
    mixed = [mixed_line(vocabulary, stream, (STUDENT, TEACHER)) for stream in range(requests)]
    rule = StopRule(finder.fingerprint, "", writes_style=False)
    endless = [[Turn(_PROMPT, len(line) - _PROMPT - 1, rule)] for line in own]
    with tempfile.TemporaryDirectory() as folder:
        os.environ[DETECTORS_VARIABLE] = str(save(detector, Path(folder) / "detector"))
        decode = compare(model, own, endless, blocks)
        turns = compare(model, mixed, [turns_of(line, finder, vocabulary) for line in mixed], blocks)
    per_turn = (turns["hook_us_per_step"] - decode["hook_us_per_step"]) / max(turns["turns_per_step"], 1e-9)
    return {
        "detector": detector.kind,
        "requests": requests,
        "stub_ms": STUB_SECONDS * 1e3,
        "share_of_stub_step": decode["share_of_stub_step"],
        "decode": decode,
        "turns": {**turns, "hook_us_per_turn": round(per_turn, 1)},
    }


def mixed_line(vocabulary: Vocabulary, seed: int, styles: Sequence[Style]) -> list[int]:
    """Return the token ids of a long text in some styles."""
    random = Random(seed)
    texts = [write(["3 + 4 = 2", "2 * 2 = 4"], "4", styles, random) for _ in range(60)]
    return vocabulary.encode(" ".join(texts))[:_LENGTH]


def compare(
    model: Path,
    lines: Sequence[Sequence[int]],
    turns: Sequence[list[Turn]],
    blocks: int,
) -> dict[str, Any]:
    """Take the same steps without the plugin and with it, in turn; the figures are medians over steps."""
    streams, found = [], ([], [])
    for which in (0, 1):
        switch(versions()[which])
        streams.append(Streams(model, lines, turns, asks=bool(which)))
    for block in range(blocks + 1):
        for which in (0, 1):
            switch(versions()[which])
            seconds = [streams[which].step() for _ in range(10)]
            if block:  # the first fills caches
                found[which].extend(seconds)
    without, with_plugin = (one.lengths for one in streams)
    if other := [name for name in without if without[name] != with_plugin.get(name)]:
        ends = [(name, without[name], with_plugin.get(name)) for name in other[:3]]
        raise SystemExit(f"{len(other)} turns ended at other tokens with the plugin than without, such as {ends}")
    added = statistics.median(on - off for off, on in zip(*found, strict=True))
    alone = statistics.median(found[0])
    ended = len(with_plugin)
    return {
        "turns_per_step": round(ended / (10 * (blocks + 1)), 2),
        "mean_turn_tokens": round(statistics.fmean(streams[1].lengths.values()), 1) if ended else None,
        "scheduler_us_without": round(alone * 1e6, 1),
        "hook_us_per_step": round(added * 1e6, 1),
        "hook_ns_per_request": round(added / len(lines) * 1e9),
        "share_of_stub_step": round(added / STUB_SECONDS, 4),
        "step_ratio": round((STUB_SECONDS + alone + added) / (STUB_SECONDS + alone), 4),
    }


def switch(functions_of: Sequence[tuple[Any, str, Any]]) -> None:
    """Put functions in their places."""
    for holder, name, function in functions_of:
        setattr(holder, name, function)


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=256)
    parser.add_argument("--blocks", type=int, default=24, help="blocks of ten steps, with and without")
    arguments = parser.parse_args()
    figures = {
        detector.kind: measure(detector, requests=arguments.requests, blocks=arguments.blocks)
        for detector in (style_lexicon(), style_logistic())
    }
    json.dump(figures, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
