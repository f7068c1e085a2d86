"""What a compiled detector costs a token, for the requests of one step of an engine: JSON on standard output.

A detector of each kind is fitted to the labelled segments beside the checkout, or made of the miniature world without
them, and compiled for the vocabulary of the embedded student or of a model folder. Its watches read real traces a token
each at a time, as an engine does, and go on behind each boundary with a new watch, as a trace does. A first round fills
the tables, as the first minutes of a run do; the rounds after it are measured, in CPU time. ::

    .venv/bin/python -m benchmarks.scorers --model .cache/models/SmolLM2-135M-Instruct
"""

import argparse
import json
import statistics
import sys
import time
from bisect import bisect_left
from collections.abc import Sequence
from itertools import cycle, islice
from typing import Any

from analysis.fitting import fit_lexicon, fit_logistic
from benchmarks.detection import labels_or_miniature, real_texts
from detectors.base import Detector
from detectors.spans import words
from tessy.miniature import student_path
from tessy.vocabulary import Vocabulary
from tessy.watch import BoundaryFinder, Watch

REQUESTS = (1, 64, 256)
STEPS = 200
ROUNDS = 3


class Text:
    """A trace that is written again and again, turn by turn."""

    def __init__(self, vocabulary: Vocabulary, finder: BoundaryFinder, context: int, text: str) -> None:
        self.tokens = vocabulary.encode(text)
        self._text, self._ends = vocabulary.texts([], self.tokens)
        self._finder, self._context = finder, context
        self._words = [word.start for word in words(self._text)]
        self._start, self._writes_style, self._empty = 0, True, False
        self.thrown: dict[bool, list[int]] = {True: [], False: []}
        self.watch: Watch = self._begin()

    def _begin(self) -> Watch:
        end = self._ends[self._start - 1] if self._start else 0
        first = bisect_left(self._words, end) - self._context
        before = self._text[self._words[first] if first > 0 else 0 : end]
        self.place = self._start
        forced = self._empty and not self._writes_style
        return self._finder.watch(before, writes_style=self._writes_style, first_word_is_own=forced)

    def hand_over(self) -> None:
        """Go on behind the boundary, or from the start where the text ends."""
        kept = self.watch.boundary
        if kept is None:
            self._start, self._writes_style, self._empty = 0, True, False
        else:
            self.thrown[self._writes_style].append(self.watch.pushed - kept)
            self._start, self._writes_style, self._empty = self._start + kept, not self._writes_style, kept == 0
        self.watch = self._begin()


def run(finder: BoundaryFinder, texts: Sequence[Text], steps: int) -> tuple[float, float]:
    """Write so many tokens of every text; return the seconds of pushes, and those of new watches."""
    pushing = beginning = 0.0
    for _ in range(steps):
        tokens = []
        for text in texts:
            if text.place == len(text.tokens):
                text.hand_over()
            tokens.append(text.tokens[text.place])
            text.place += 1
        watches = [text.watch for text in texts]
        start = time.process_time()
        decided = finder.push_many(watches, tokens)
        middle = time.process_time()
        for text, is_decided in zip(texts, decided, strict=True):
            if is_decided:
                text.hand_over()
        pushing += middle - start
        beginning += time.process_time() - middle
    return pushing, beginning


def measure_one(detector: Detector, vocabulary: Vocabulary, texts: Sequence[str]) -> dict[str, Any]:
    """Measure one detector: microseconds a token a request, by requests at once."""
    start = time.process_time()
    finder = BoundaryFinder.compile(detector, vocabulary)
    if finder is None:
        raise ValueError(f"a {detector.kind} detector with look-ahead cannot be compiled")
    found: dict[str, Any] = {"compile_seconds": round(time.process_time() - start, 3)}
    for count in REQUESTS:
        written = [Text(vocabulary, finder, detector.context, text) for text in islice(cycle(texts), count)]
        run(finder, written, STEPS)
        rounds = [run(finder, written, STEPS) for _ in range(ROUNDS)]
        pushing, beginning = (statistics.median(part) / STEPS / count * 1e6 for part in zip(*rounds, strict=True))
        found[str(count)] = {
            "push_microseconds": round(pushing, 3),
            "begin_microseconds": round(beginning, 3),
            **{f"thrown_{role}": _mean(written, style) for role, style in (("student", True), ("teacher", False))},
        }
    return found


def _mean(texts: Sequence[Text], style: bool) -> float:
    thrown = [count for text in texts for count in text.thrown[style]]
    return round(statistics.fmean(thrown), 3) if thrown else 0.0


def measure(model: str | None = None) -> dict[str, Any]:
    """Measure both kinds in one vocabulary."""
    labels, path = labels_or_miniature()
    texts, source = real_texts(200_000)
    texts = [text[:20_000] for text in texts]
    vocabulary = Vocabulary.load(model or str(student_path()))
    kinds = {"lexicon": fit_lexicon(labels, causal=True), "logistic": fit_logistic(labels)}
    return {
        "vocabulary": model or "the embedded student's",
        "labels": path.name if path else "the miniature world's",
        "texts": source,
        **{kind: measure_one(detector, vocabulary, texts) for kind, detector in kinds.items()},
    }


def main() -> None:
    """Print the measurement."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="a model folder whose vocabulary is measured")
    json.dump(measure(parser.parse_args().model), sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
