"""Counting and log-odds of two corpora, beside ConvoKit's FightingWords and scikit-learn's CountVectorizer.

Run it with ``make bench-analysis``. Every contestant runs in a process of its own, with one thread, and they take
turns; what counts is CPU time, and the median of the rounds' ratios. The text is made as a stream: real traces (those
of ``../shared/data/traces``, else of the miniature's world), shuffled and repeated; it is never in memory as a whole,
but for FightingWords, which wants it so. What it takes to make it is measured apart and taken off.

Shuffling makes no new words: whoever remembers words, as tessy and CountVectorizer do, has it easy. So there is a
second text in which each 50th piece between blanks stands only once. Words are counted as tessy counts them, for
everyone; the others leave out signs of punctuation and single letters, and so have fewer to count. CountVectorizer only
counts, with its defaults. FightingWords has its defaults too (15,000 terms that stand in at least 10 texts and at most
half of them), but for the cleaning of texts, which takes it many times as long and is left out. tessy scores the
15,000 most frequent terms that stand in at least 10 texts.

A table goes to stderr, JSON to stdout.
"""

import argparse
import contextlib
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

from rich.console import Console
from rich.table import Table

from analysis.corpus import stream_corpus
from detectors.spans import words

DATA = Path(__file__).parents[2] / "shared" / "data" / "traces"
STUDENT = "qwen3-8b"
EVERY = 50
"""In the text with fresh words, each so many-th word is one."""
LEAST_DOCUMENTS, MOST_TERMS = 10, 15_000
"""Of the terms that are scored; FightingWords has the same by default."""
MOST_MEMORY = 2**30
BARS = {"FightingWords": 5.0, "CountVectorizer": 3.0}
"""The least speed of tessy, as a multiple of theirs."""

Texts = Sequence[tuple[str, int]]


def real_texts() -> tuple[Texts, Texts, str]:
    """Return the texts of two writers with their numbers of words, and what they are."""
    files = sorted(DATA.glob("*.jsonl"))
    sides: tuple[list[str], list[str]] = ([], [])
    for path in files:
        sides[path.stem != STUDENT].extend(trace.thinking for trace in stream_corpus(path))
    source = f"{sum(map(len, sides))} traces of {len(files)} reasoning models"
    if not files:
        from benchmarks.detection import miniature_text

        sides = [miniature_text(n) for n in range(1000)], [miniature_text(n) for n in range(1000, 2000)]
        source = "2000 texts of the miniature world"
    first, second = ([(text, len(words(text))) for text in side] for side in sides)
    return first, second, source


def stream(texts: Texts, most_words: int, *, fresh: bool, seed: int) -> Iterator[str]:
    """Yield texts, shuffled and repeated, of about so many words."""
    random, done = Random(seed), 0
    order = list(texts)
    while done < most_words:
        random.shuffle(order)
        for text, count in order:
            yield freshened(text, random) if fresh else text
            done += count
            if done >= most_words:
                return


def freshened(text: str, random: Random) -> str:
    """Replace each so many-th word of a text by one that is nowhere else."""
    pieces = text.split(" ")
    start = random.randrange(EVERY)
    pieces[start::EVERY] = [f"w{random.getrandbits(60):x}" for _ in pieces[start::EVERY]]
    return " ".join(pieces)


def run_tessy(first: Iterator[str], second: Iterator[str], longest: int, workers: int) -> dict[str, Any]:
    """Count both sides and score their terms by log-odds."""
    from analysis.counting import WordCutter, count_all, shared_terms
    from analysis.measures.log_odds import informative_prior, log_odds, scored_terms

    cutter = WordCutter()
    counters = [count_all(side, longest, workers=workers, cutter=cutter) for side in (first, second)]
    one, two = shared_terms(counters, least_documents=LEAST_DOCUMENTS, most_terms=MOST_TERMS)
    sides = one.counts.astype(float), two.counts.astype(float)
    scored = scored_terms(one.terms, *sides, *log_odds(*sides, informative_prior(sides[0] + sides[1])))
    lacking = max(max(counts.unlisted) for counts in (one, two))
    return {"words": one.words + two.words, "terms": len(scored), "most_missed": lacking}


def run_vectorizer(first: Iterator[str], second: Iterator[str], longest: int, workers: int) -> dict[str, Any]:
    """Count both sides, one after the other in one table."""
    from sklearn.feature_extraction.text import CountVectorizer

    table = CountVectorizer(ngram_range=(1, longest)).fit_transform(chain(first, second))
    return {"terms": table.shape[1]}


def run_fighting_words(first: Iterator[str], second: Iterator[str], longest: int, workers: int) -> dict[str, Any]:
    """Let FightingWords fit both sides, without its cleaning of texts."""
    model, fighting_words = convokit("model"), convokit("fighting_words.fightingWords")
    speaker = model.Speaker(id="speaker")

    def utterance(side: str, number: int, text: str) -> Any:
        name = f"{side}{number}"
        return model.Utterance(id=name, speaker=speaker, conversation_id=name, text=text, meta={"side": side})

    said = [utterance("a", *pair) for pair in enumerate(first)] + [utterance("b", *pair) for pair in enumerate(second)]
    corpus = model.Corpus(utterances=said)
    fitted = fighting_words.FightingWords(ngram_range=(1, longest), text_func=lambda one: one.text)
    # Its corpus is ready: only counting and scoring are measured.
    started = time.process_time()
    fitted.fit(corpus, lambda one: one.meta["side"] == "a", lambda one: one.meta["side"] == "b")
    return {"terms": len(fitted.ngram_zscores), "cpu_seconds": time.process_time() - started}


def convokit(name: str) -> ModuleType:
    """Import a module of ConvoKit without the package's own `__init__`, which wants more than FightingWords does."""
    if "convokit" not in sys.modules and (spec := importlib.util.find_spec("convokit")):
        bare = sys.modules["convokit"] = ModuleType("convokit")
        bare.__path__ = list(spec.submodule_search_locations or ())
        bare.Transformer = importlib.import_module("convokit.transformer").Transformer  # type: ignore[attr-defined]
    return importlib.import_module(f"convokit.{name}")


RUNS: dict[str, Callable[[Iterator[str], Iterator[str], int, int], dict[str, Any]]] = {
    "tessy": run_tessy,
    "CountVectorizer": run_vectorizer,
    "FightingWords": run_fighting_words,
}


LIBRARIES = {
    "tessy": (
        "analysis.counting.question_table",
        "analysis.measures.log_odds",
        "pyarrow.compute",
        "regex",
        "scipy.sparse",
    ),
    "CountVectorizer": ("sklearn.feature_extraction.text",),
    "FightingWords": ("sklearn.feature_extraction.text",),
}
"""What is imported before the clock starts."""


def run_here(name: str, longest: int, most_words: int, fresh: bool, workers: int) -> dict[str, Any]:
    """Run one contestant in this process; returns CPU seconds and peak memory, of its own processes too."""
    first, second, _ = real_texts()

    def sides() -> tuple[Iterator[str], Iterator[str]]:
        most = most_words // 2
        return stream(first, most, fresh=fresh, seed=0), stream(second, most, fresh=fresh, seed=1)

    for library in LIBRARIES[name]:
        importlib.import_module(library)
    started = time.process_time()
    for _ in chain(*sides()):
        pass
    making = time.process_time() - started
    before, started, wall = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time(), time.perf_counter()
    with contextlib.redirect_stdout(sys.stderr):
        found = RUNS[name](*sides(), longest, workers)
    seconds, wall = time.process_time() - started - making, time.perf_counter() - wall
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    children = used[1].ru_utime + used[1].ru_stime
    return {
        "cpu_seconds": seconds + children,
        "wall_seconds": wall,
        "making_seconds": making,
        "peak_bytes": used[0].ru_maxrss * 1024,
        "peak_before_bytes": before * 1024,
        **found,
    }


def run(name: str, longest: int, most_words: int, *, fresh: bool = False, workers: int = 1) -> dict[str, Any]:
    """Run one contestant in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.analysis", "--contestant", name]
    command += [f"--longest={longest}", f"--words={most_words}", f"--workers={workers}", *["--fresh"] * fresh]
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "ARROW_IO_THREADS": "1"}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, **one_thread})
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    found = {"contestant": name, "longest": longest, "fresh": fresh, "processes": workers, "asked": most_words, **found}
    found["words_per_second"] = round(most_words / found["cpu_seconds"])
    Console(stderr=True, highlight=False).print(
        f"{name}, 1 to {longest} words, {most_words:,} words{', fresh ones too' * fresh}: "
        f"{found['words_per_second']:,} words/s, {found['peak_bytes'] / 2**20:,.0f} MiB"
    )
    return found


def compare(names: Sequence[str], longest: int, most_words: int, rounds: int, *, fresh: bool) -> dict[str, Any]:
    """Let the contestants take turns on the same text; returns speeds, and how many times theirs tessy's is."""
    done = [{name: run(name, longest, most_words, fresh=fresh) for name in names} for _ in range(rounds)]
    middle = {
        name: sorted((one[name] for one in done), key=lambda found: float(found["cpu_seconds"]))[rounds // 2]
        for name in names
    }
    ratios = {
        name: round(statistics.median(one[name]["cpu_seconds"] / one["tessy"]["cpu_seconds"] for one in done), 2)
        for name in names[1:]
    }
    return {"longest": longest, "words": most_words, "fresh": fresh, "runs": middle, "times_as_fast": ratios}


def show(figures: dict[str, Any]) -> None:
    """Print the figures as two tables to stderr."""
    console = Console(stderr=True)
    table = Table(title=f"Words a second of one process: {figures['text']}", title_justify="left")
    for column in ("terms", "words of text", "contestant", "words/s", "tessy is", "bar", "peak MiB"):
        table.add_column(column, justify="left" if column in {"terms", "contestant"} else "right")
    for found in figures["speed"]:
        for name, one in found["runs"].items():
            ratio = f"{found['times_as_fast'][name]:.1f} x" if name in found["times_as_fast"] else ""
            terms = f"1 to {found['longest']} words{', fresh' * found['fresh']}"
            cells = (terms, f"{found['words']:,}", name, f"{one['words_per_second']:,}", ratio)
            table.add_row(*cells, f">= {BARS[name]}" if ratio else "", f"{one['peak_bytes'] / 2**20:,.0f}")
    console.print(table)
    table = Table(title="Peak memory of tessy", title_justify="left")
    for column in ("terms", "words of text", "processes", "words/s", "peak MiB", "bar", "a count lacks at most"):
        table.add_column(column, justify="left" if column == "terms" else "right")
    for one in figures["memory"]:
        terms = f"1 to {one['longest']} words{', fresh' * one['fresh']}"
        size, processes, speed = f"{one['asked']:,}", str(one["processes"]), f"{one['words_per_second']:,}"
        table.add_row(
            terms,
            size,
            processes,
            speed,
            f"{one['peak_bytes'] / 2**20:,.0f}",
            f"< {MOST_MEMORY >> 20:,}",
            str(one["most_missed"]),
        )
    console.print(table)


def main() -> None:
    """Measure, print tables and JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, default=10_000_000, help="words of the text that all contestants read")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=int, default=100_000_000, help="words of the longest text, which tessy reads")
    parser.add_argument("--contestant", choices=list(RUNS), help="run this one alone, in this process")
    parser.add_argument("--longest", type=int, default=3)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--fresh", action="store_true")
    asked = parser.parse_args()
    if asked.contestant:
        found = run_here(asked.contestant, asked.longest, asked.words, asked.fresh, asked.workers)
        print(json.dumps(found))
        return
    there = importlib.util.find_spec("convokit") is not None
    names = [name for name in RUNS if there or name != "FightingWords"]
    if not there:
        Console(stderr=True).print("ConvoKit is not installed: FightingWords is left out")
    figures: dict[str, Any] = {
        "text": f"{real_texts()[2]}, shuffled and repeated",
        "speed": [
            compare(names, longest, asked.words, asked.rounds, fresh=fresh)
            for longest, fresh in ((3, False), (1, False), (3, True))
        ],
        "memory": [
            run("tessy", longest, most_words, fresh=fresh)
            for longest, fresh in ((3, False), (1, False), (3, True))
            for most_words in (asked.most // 10, asked.most)
        ],
    }
    show(figures)
    json.dump(figures, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
