"""``tessy-detect fit``: labels, or two models' traces -> a detector's folder."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from detectors.errors import DataError, UsageError

if TYPE_CHECKING:
    from analysis.labels import LabelledText
    from detectors.base import Detector

_STRONGEST = 30
_FREQUENT = 10
_LONGEST_TEXT = 4000
"""Characters of each trace that a weakly labelled fit reads: the style of a writer shows early, and fits stay quick."""
_LOG = logging.getLogger(__name__)


class Kind(StrEnum):
    """The kinds of detectors that can be fitted."""

    LEXICON = "lexicon"
    LOGISTIC = "logistic"


@dataclass(frozen=True, slots=True)
class Plan:
    """Which detector to fit, and how."""

    kind: Kind
    lookahead: int = 0
    causal: bool = False
    threshold: float | None = None

    def fit(self, labels: "Sequence[LabelledText]") -> "Detector":
        """Fit it to labelled texts."""
        from analysis import fitting

        given = {} if self.threshold is None else {"threshold": self.threshold}
        if self.kind is Kind.LEXICON:
            return fitting.fit_lexicon(labels, causal=self.causal, **given)
        return fitting.fit_logistic(labels, lookahead=self.lookahead, **given)


def fit(
    kind: Annotated[Kind, typer.Argument(help="Weighted phrases, or logistic regression over words in context.")],
    out: Annotated[Path, typer.Option(help="Folder to write the detector to.", show_default=False)],
    labels: Annotated[
        Path | None, typer.Option(help="JSONL with 'text' and its style 'spans' ([[start, end], ...] in characters).")
    ] = None,
    student: Annotated[Path | None, typer.Option(help="The student's own traces, if there are no labels.")] = None,
    teacher: Annotated[Path | None, typer.Option(help="The teacher's traces, if there are no labels.")] = None,
    lookahead: Annotated[
        int | None, typer.Option(help="Words to the right a decision may read (logistic; default 0).", min=0, max=8)
    ] = None,
    causal: Annotated[bool, typer.Option("--causal", help="Read nothing to the right (lexicon).")] = False,
    threshold: Annotated[
        float | None,
        typer.Option(help="Least probability or weight of style (0.5; logistic 0.45).", min=0.01, max=0.99),
    ] = None,
    markers: Annotated[str, typer.Option(help="Seed list for traces without labels: a language or a file.")] = "en",
    folds: Annotated[int, typer.Option(help="Parts of the cross-validation of --labels; 0 leaves it out.", min=0)] = 5,
) -> None:
    """Fit a detector to labelled texts, or to two models' traces without labels."""
    if (labels is None) == (student is None and teacher is None):
        raise UsageError("give either --labels, or --student and --teacher")
    if labels is None and (student is None or teacher is None):
        raise UsageError("--student and --teacher belong together")
    if kind is Kind.LEXICON and lookahead:
        raise UsageError("--lookahead is for logistic", advice="a lexicon reads to the end of its longest phrase")
    if causal and lookahead:
        raise UsageError(f"--causal means no look-ahead, not {lookahead} words")
    plan = Plan(kind, lookahead=lookahead or 0, causal=causal, threshold=threshold)
    if labels is not None:
        fit_labels(plan, labels, out, folds)
    elif student is not None and teacher is not None:
        fit_traces(plan, student, teacher, out, markers)


def fit_labels(plan: Plan, path: Path, out: Path, folds: int) -> None:
    """Fit a detector to labelled texts, score it by cross-validation, and save it."""
    from analysis.commands.eval import print_scores
    from analysis.evaluation import cross_validate
    from analysis.labels import read_labels
    from analysis.terminal import fingerprint
    from detectors import store

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


def _strongest(detector: "Detector", texts: Iterable[str]) -> dict[str, dict[str, float]]:
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
    from analysis.corpus import read_corpus
    from analysis.induction import induce_lexicon, weak_labels
    from analysis.markers import read_markers
    from analysis.terminal import fingerprint
    from detectors import store

    seeds = read_markers(markers)
    corpora = [read_corpus(path) for path in (student, teacher)]
    texts = [[trace.thinking for trace in corpus] for corpus in corpora]
    prompts = {trace.prompt for corpus in corpora for trace in corpus}
    of_phrases = plan.kind is Kind.LEXICON
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

    from detectors import store

    card = store.read_card(out)
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(f"{out}: {card['kind']} detector, sha256 {card['sha256'][:12]}", markup=False)
