"""What the commands of ``tessy-detect`` do."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.corpus import read_corpus
from analysis.evaluation import cross_validate
from analysis.jsonl import read_rows, write_rows
from analysis.labels import LabelledText, read_labels
from analysis.terminal import fingerprint
from detectors import store
from detectors.base import Detector
from detectors.errors import DataError

_STRONGEST = 30
_FREQUENT = 10
_LONGEST_TEXT = 4000
"""Characters of each trace that a weakly labelled fit reads: the style of a writer shows early, and fits stay quick."""
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which detector to fit, and how."""

    kind: str
    lookahead: int = 0
    causal: bool = False
    threshold: float | None = None

    def fit(self, labels: Sequence[LabelledText]) -> Detector:
        """Fit it to labelled texts."""
        from analysis import fitting

        given = {} if self.threshold is None else {"threshold": self.threshold}
        if self.kind == "lexicon":
            return fitting.fit_lexicon(labels, causal=self.causal, **given)
        return fitting.fit_logistic(labels, lookahead=self.lookahead, **given)


def fit_labels(plan: Plan, path: Path, out: Path, folds: int) -> None:
    """Fit a detector to labelled texts, score it by cross-validation, and save it."""
    labels = read_labels(path)
    questions = len({label.question for label in labels})
    detector = plan.fit(labels)
    card: dict[str, Any] = {
        "training": {
            "labels": path.name,
            "sha256": fingerprint(path),
            "texts": len(labels),
            "questions": questions,
            "spans": sum(len(label.spans) for label in labels),
        }
    }
    if folds > 1 and questions > 1:
        try:
            scores = cross_validate(plan.fit, labels, folds)
        except DataError as error:
            _LOG.warning("no cross-validation: %s", error)
        else:
            how = f"{min(folds, questions)}-fold cross-validation grouped by question"
            card["scores"] = {"how": how, **scores.as_dict()}
            print_scores(card["scores"], title=f"{plan.kind}, {how}", stderr=True)
    card |= _strongest(detector, (label.text for label in labels))
    store.save(detector, out, card=card)
    _report(out)


def _strongest(detector: Detector, texts: Iterable[str]) -> dict[str, dict[str, float]]:
    """Name the words of the texts that a logistic detector weighs most, for its card; its features are hashes."""
    from analysis.divergence import count_words
    from detectors.logistic import LogisticDetector

    if not isinstance(detector, LogisticDetector):
        return {}
    frequent = [word for word, count in count_words(texts).items() if count >= _FREQUENT]
    weights = sorted(detector.word_weights(frequent).items(), key=lambda item: (-abs(item[1]), item[0]))
    return {"strongest": {word: round(weight, 3) for word, weight in weights[:_STRONGEST]}}


def fit_traces(plan: Plan, student: Path, teacher: Path, out: Path, markers: str) -> None:
    """Fit a detector to two models' traces without labels, and save it."""
    from analysis.induction import induce_lexicon, weak_labels
    from analysis.markers import read_markers

    seeds = read_markers(markers)
    corpora = [read_corpus(path) for path in (student, teacher)]
    texts = [[trace.thinking for trace in corpus] for corpus in corpora]
    prompts = {trace.prompt for corpus in corpora for trace in corpus}
    of_phrases = plan.kind == "lexicon"
    detector: Detector = induce_lexicon(
        *texts,
        prompts=prompts,
        markers=seeds,
        threshold=plan.threshold if of_phrases and plan.threshold else 0.5,
        causal=of_phrases and plan.causal,
    )
    if not of_phrases:
        lexicon = detector
        detector = plan.fit(weak_labels(lexicon, (text[:_LONGEST_TEXT] for written in texts for text in written)))
    card: dict[str, Any] = {
        "training": {
            role: {"traces": path.name, "sha256": fingerprint(path), "texts": len(corpus)}
            for role, path, corpus in zip(("student", "teacher"), (student, teacher), corpora, strict=True)
        }
        | {"markers": markers}
    }
    card |= _strongest(detector, (text for written in texts for text in written))
    store.save(detector, out, card=card)
    _report(out)


def _report(out: Path) -> None:
    from rich.console import Console

    card = store.read_card(out)
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(f"{out}: {card['kind']} detector, sha256 {card['sha256'][:12]}", markup=False)


def apply(folder: Path, file: Path, field: str, out: Path) -> None:
    """Write the style spans of every text of a file."""
    detector = store.load(folder)

    def rows() -> Iterator[Mapping[str, Any]]:
        for number, row in read_rows(file):
            text = row.get(field)
            if not isinstance(text, str):
                problem = f"no field {field!r}" if field not in row else f"{field!r} is not text"
                raise DataError(
                    f"{problem} in this row", where=f"{file}:{number}", advice=f"it has {', '.join(map(repr, row))}"
                )
            yield {"id": row.get("id", number), "spans": [[span.start, span.end] for span in detector.spans(text)]}

    write_rows(out, rows())


def print_scores(scores: Mapping[str, Any], *, title: str, stderr: bool = False) -> None:
    """Print scores as a table."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for name in ("", "precision", "recall", "F1"):
        table.add_column(name, justify="left" if not name else "right")
    names = {"token": "words", "blank_token": "words cut at blanks", "span": "whole spans", "boundary": "span bounds"}
    for key, name in names.items():
        if isinstance(agreement := scores.get(key), Mapping):
            table.add_row(name, *(f"{agreement[part]:.3f}" for part in ("precision", "recall", "f1")))
    Console(stderr=stderr).print(table)


def show(folder: Path) -> None:
    """Print a detector's card and its strongest phrases."""
    from rich.console import Console
    from rich.table import Table

    card = store.read_card(folder)
    store.load(folder)
    console = Console(highlight=False)
    table = Table(show_header=False, box=None)
    for name in ("kind", "tessy", "context", "lookahead", "sha256"):
        table.add_row(name, str(card.get(name, ""))[:16])
    for name, value in card["settings"].items():
        if name not in card and not isinstance(value, dict | list):
            table.add_row(name, str(value))
    for name, value in _flatten(card.get("training") or {}):
        table.add_row(f"training: {name}", value)
    console.print(table)
    if scores := card.get("scores"):
        print_scores(scores, title=str(scores.get("how", "")))
    strongest = card["settings"].get("phrases") or card.get("strongest") or {}
    if strongest:
        ranked = sorted(strongest.items(), key=lambda item: (-abs(item[1]), item[0]))
        console.print(
            "weighs most (^ at the start of a clause, ^. a sentence, ^, after a sign, ^~ after a phrase):", markup=False
        )
        console.print(", ".join(f"{term} {weight:.2f}" for term, weight in ranked[:_STRONGEST]), markup=False)


def _flatten(value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, part in value.items():
        if isinstance(part, Mapping):
            yield from _flatten(part, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", str(part)[:40]
