"""Detectors against spaCy's PhraseMatcher: words a second on one core; with ``--fits`` also what fitting takes.

Run it with ``make bench-detectors``; it needs the extra ``bench`` (spaCy). Contestants take turns in one process, one
round after the other, so that whatever else the machine does falls on all alike; what counts is the median of each
round's ratio. All read text and give matches or spans: PhraseMatcher's own tokenizer is part of its time. The time of
its matching alone, on text cut into tokens before, is reported beside it. A table goes to stderr, JSON to stdout.
"""

import argparse
import gc
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table

from analysis.corpus import read_corpus
from analysis.fitting import fit_lexicon, fit_logistic
from analysis.labels import LabelledText, read_labels
from benchmarks.fits import measure_fits
from detectors import store
from detectors.base import Detector, spans_of
from detectors.errors import require
from detectors.lexicon import LexiconDetector
from detectors.spans import words
from tessy.miniature.world import style_spans
from tessy.miniature.writers import STUDENT, TEACHER, write

DATA = Path(__file__).parents[2] / "shared" / "data"
MATCHER = "PhraseMatcher"
BARS = {"lexicon": 2.0, "logistic": 0.5}
"""The least speed of a kind, as a multiple of PhraseMatcher's."""

Contestant = Callable[[Sequence[str]], object]


def real_texts(count_words: int) -> tuple[list[str], str]:
    """Return long texts of about so many words, and what they are: real traces, or else the miniature world's."""
    files = sorted((DATA / "traces").glob("*.jsonl"))
    traces = [trace.thinking for path in files for trace in read_corpus(path)]
    source = f"{len(traces)} traces of {len(files)} reasoning models, shuffled"
    if not traces:
        traces, source = [miniature_text(number) for number in range(2_000)], "traces of the miniature world, repeated"
    Random(0).shuffle(traces)
    found: list[str] = []
    total = 0
    while total < count_words:
        for text in traces:
            found.append(text)
            total += len(words(text))
            if total >= count_words:
                break
    return found, source


def miniature_text(number: int) -> str:
    """Write a text of the miniature world."""
    random = Random(number)
    steps = [f"{random.randrange(10)} + {random.randrange(10)} = {random.randrange(10)}" for _ in range(8)]
    return write(steps, "7", (STUDENT, TEACHER), random)


def labels_or_miniature() -> tuple[list[LabelledText], Path | None]:
    """Return the labelled texts the contestants are fitted to, and their file where there is one."""
    path = DATA / "style-spans" / "train.jsonl"
    if path.is_file():
        return read_labels(path), path
    texts = map(miniature_text, range(400))
    return [LabelledText(str(number), text, tuple(style_spans(text))) for number, text in enumerate(texts)], None


def matchers(phrases: Sequence[str]) -> dict[str, Contestant]:
    """Make the contestants of spaCy: tokenizer and matcher, and the tokenizer alone.

    The phrases' ties to places (``^``) are dropped: a PhraseMatcher has no such thing, and finds them everywhere.
    """
    nlp = require("spacy", "bench").blank("en")
    nlp.max_length = 1 << 31
    matcher = require("spacy.matcher", "bench").PhraseMatcher(nlp.vocab, attr="LOWER")
    matcher.add("style", [nlp.make_doc(phrase) for phrase in phrases])
    return {
        MATCHER: lambda texts: [matcher(nlp.make_doc(text)) for text in texts],
        f"{MATCHER} and its matches as spans": lambda texts: [
            matcher(nlp.make_doc(text), as_spans=True) for text in texts
        ],
        "spaCy's tokenizer alone": lambda texts: [nlp.make_doc(text) for text in texts],
    }


def reader(detector: Detector) -> Contestant:
    """Return what finds all spans of texts."""
    return lambda texts: list(spans_of(detector, texts))


def untied(lexicon: LexiconDetector) -> list[str]:
    """Return a lexicon's phrases without their ties, each once."""
    bare = (phrase.removeprefix("^") if len(phrase) > 1 else phrase for phrase in lexicon.phrases)
    return sorted({phrase[1:] if phrase[:1] in ".,~" and phrase[1:].strip() else phrase for phrase in bare})


def race(contestants: Mapping[str, Contestant], texts: Sequence[str], rounds: int) -> dict[str, list[float]]:
    """Let the contestants read the texts in turn; returns CPU seconds of each round but a first one to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, run in contestants.items():
            gc.collect()
            started = time.process_time()
            found = run(texts)
            taken = time.process_time() - started
            del found
            if number:
                seconds[name].append(taken)
    return seconds


def speeds(seconds: Mapping[str, Sequence[float]], count_words: int) -> dict[str, dict[str, float]]:
    """Return for each contestant its median words a second, and the median of its ratios to PhraseMatcher."""
    return {
        name: {
            "words_per_second": round(count_words / statistics.median(taken)),
            "ratio": round(statistics.median(a / b for a, b in zip(seconds[MATCHER], taken, strict=True)), 3),
        }
        for name, taken in seconds.items()
    }


def show(figures: Mapping[str, Any]) -> None:
    """Print the speeds as a table to stderr."""
    table = Table(title=f"Words a second on one core: {figures['text']}", title_justify="left")
    for column in ("", "words/s", f"x {MATCHER}", "bar"):
        table.add_column(column, justify="right" if column else "left")
    for name, found in figures["speed"].items():
        bar = f">= {BARS[name]}" if name in BARS else ""
        table.add_row(name, f"{found['words_per_second']:,}", f"{found['ratio']:.2f}", bar)
    Console(stderr=True).print(table)


def main() -> None:
    """Measure, print a table and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, help="more detectors to measure: probes, classifiers")
    parser.add_argument("--words", type=int, default=300_000, help="words of the text")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--fits", nargs="*", metavar="KIND", help="also measure fits, of these kinds or all")
    parser.add_argument("--model", type=Path, help="the language model of a probe or classifier that is fitted")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}) if not arguments.fits else None
    labels, path = labels_or_miniature()
    lexicon = fit_lexicon(labels)
    texts, source = real_texts(arguments.words)
    count = sum(len(words(text)) for text in texts)
    contestants = {
        **matchers(untied(lexicon)),
        "lexicon": reader(lexicon),
        "logistic": reader(fit_logistic(labels)),
        "logistic, 2 words ahead": reader(fit_logistic(labels, lookahead=2)),
    }
    figures: dict[str, Any] = {
        "text": f"{count:,} words of {source}",
        "phrases": len(lexicon.phrases),
        "speed": speeds(race(contestants, texts, arguments.rounds), count),
    }
    for folder in arguments.folders:
        few = [text[:2_000] for text in texts[:8]]
        seconds = race({folder.name: reader(store.load(folder))}, few, 1)[folder.name]
        figures["speed"][folder.name] = {
            "words_per_second": round(sum(len(words(text)) for text in few) / seconds[0]),
            "ratio": float("nan"),
        }
    show(figures)
    if arguments.fits is not None and path is not None:
        with tempfile.TemporaryDirectory() as work:
            figures["fits"] = measure_fits(arguments.fits, path, arguments.model, Path(work))
    json.dump(figures, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
