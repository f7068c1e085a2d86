"""``tessy-detect fit``: labels, or two models' traces -> a detector's folder."""

import logging
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analysis.fitting.kind import SMALL_MODEL, Kind, Target
from detectors.errors import DataError, UsageError
from detectors.lower_layers import layer_of

if TYPE_CHECKING:
    from analysis.fitting.plan import Plan
    from detectors.base import Detector

_STRONGEST = 30
_FREQUENT = 10
_SEGMENTS = 2000
"""Segments of the traces that a fit without labels reads, each of them twice: more add minutes and no F1."""
_FEWER_SEGMENTS = 600
"""The same for a predictor, whose fit takes long."""
_HELD_OUT = 5
"""One part in so many is held out where a whole cross-validation would take too long."""
_ONLY_FOR = {
    "model": (Kind.PROBE, Kind.CLASSIFIER),
    "with_words": (Kind.PROBE, Kind.CLASSIFIER),
    "cache": (Kind.PROBE,),
    "epochs": (Kind.CLASSIFIER,),
}
"""Options that mean nothing to other kinds; `Plan` refuses more."""
_LOG = logging.getLogger(__name__)


def _layer(name: str) -> int:
    try:
        return layer_of(name)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def fit(
    context: typer.Context,
    kind: Annotated[
        Kind,
        typer.Argument(
            help="Weighted phrases, logistic regression over words in context, a probe on a language model's hidden "
            "states, or the paper's boundary predictor: a fine-tuned token classifier."
        ),
    ],
    out: Annotated[Path, typer.Option(help="Folder to write the detector to.", show_default=False)],
    labels: Annotated[
        Path | None, typer.Option(help="JSONL with 'text' and its style 'spans' ([[start, end], ...] in characters).")
    ] = None,
    student: Annotated[Path | None, typer.Option(help="The student's own traces, if there are no labels.")] = None,
    teacher: Annotated[Path | None, typer.Option(help="The teacher's traces, if there are no labels.")] = None,
    model: Annotated[
        str, typer.Option(help="Hugging Face folder or name of the language model (probe, classifier).")
    ] = SMALL_MODEL,
    lookahead: Annotated[
        int | None,
        typer.Option(
            help="What a decision may read to the right: words (logistic 0, probe 2), or tokens (classifier 6).",
            min=0,
            max=16,
            show_default=False,
        ),
    ] = None,
    causal: Annotated[bool, typer.Option("--causal", help="Read nothing to the right.")] = False,
    threshold: Annotated[
        float | None,
        typer.Option(
            help="Least probability or weight of style (lexicon 0.5, logistic 0.45, others 0.4).",
            min=0.01,
            max=0.99,
            show_default=False,
        ),
    ] = None,
    layer: Annotated[
        list[int] | None,
        typer.Option(
            help="Layer a probe reads, a number or 'final' (what the model's head reads); several may be given.",
            parser=_layer,
            metavar="LAYER",
            show_default="one, chosen",
        ),
    ] = None,
    target: Annotated[
        Target, typer.Option(help="What a probe's state at a word decides on: this word, or the one after it.")
    ] = Target.CURRENT,
    with_words: Annotated[
        bool, typer.Option(help="Join a probe or classifier with a logistic regression over the words.")
    ] = True,
    epochs: Annotated[int, typer.Option(help="Passes over the labels (classifier).", min=1)] = 3,
    seed: Annotated[int, typer.Option(help="Seed of the training and of the sample of traces.")] = 0,
    cache: Annotated[Path | None, typer.Option(help="Folder that keeps hidden states between runs (probe).")] = None,
    markers: Annotated[
        str, typer.Option(help="Seed list: a language ('en', 'de') or a file; for traces without labels above all.")
    ] = "en",
    folds: Annotated[
        int | None,
        typer.Option(
            help="Parts of the cross-validation of --labels (5; classifier 1: a fifth of the questions is held out "
            "once); 0 leaves it out.",
            min=0,
            show_default=False,
        ),
    ] = None,
) -> None:
    """Fit a detector to labelled texts, or to two models' traces without labels."""
    from analysis.fitting.plan import Plan
    from analysis.fitting.training_settings import TrainingSettings
    from detectors.store import check_writable

    if (labels is None) == (student is None and teacher is None):
        raise UsageError("give either --labels, or --student and --teacher")
    if labels is None and (student is None or teacher is None):
        raise UsageError("--student and --teacher belong together")
    given = _given(context)
    for name, kinds in _ONLY_FOR.items():
        if name in given and kind not in kinds:
            option = f"--{'no-' if given[name] is False else ''}{name.replace('_', '-')}"
            raise UsageError(f"{option} is for a {' or '.join(kinds)}, not for a {kind}", advice="leave it out")
    if folds is not None and labels is None:
        raise UsageError("--folds cross-validates on --labels, and there are none", advice="leave it out")
    check_writable(out)
    plan = Plan(
        kind,
        lookahead=lookahead,
        causal=causal,
        threshold=threshold,
        markers=markers,
        model=model,
        layers=tuple(layer or ()),
        target=target,
        with_words=with_words,
        training=TrainingSettings(epochs=epochs, seed=seed),
        work=out.parent / f".{out.name}.work",
        cache=cache,
    )
    if labels is not None:
        fit_labels(plan, labels, out, (1 if kind is Kind.CLASSIFIER else 5) if folds is None else folds)
    elif student is not None and teacher is not None:
        fit_traces(plan, student, teacher, out)
    # Only now: a fit cut short before goes on with what is there.
    shutil.rmtree(plan.work, ignore_errors=True)


def _given(context: typer.Context) -> dict[str, Any]:
    """Return the parameters that the command line names, with what it says."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return {name: context.params[name] for name, source in sources.items() if source and source.name == "COMMANDLINE"}


def fit_labels(plan: "Plan", path: Path, out: Path, folds: int) -> None:
    """Fit a detector to labelled texts, score it on questions it was not fitted to, and save it."""
    from analysis.card import base_model, held_out_scores, training_on_labels, validation
    from analysis.evaluation.score_tables import print_scores
    from analysis.labels import read_labels

    labels = read_labels(path)
    card: dict[str, Any] = {"training": training_on_labels(path, labels)}
    if plan.kind is Kind.CLASSIFIER:
        card["seed"] = plan.training.seed
        card["training"]["model"] = base_model(plan.model)
    with plan.fitter(labels) as fit_to:
        detector = fit_to(labels)
        if folds and card["training"]["questions"] > 1:
            try:
                if folds == 1:
                    card["scores"] = held_out_scores(fit_to, labels, _HELD_OUT)
                else:
                    card["scores"] = validation(fit_to, labels, folds)
            except DataError as error:
                _LOG.warning("no cross-validation: %s", error)
            else:
                print_scores(card["scores"], title=f"{plan.kind}, {card['scores']['how']}", stderr=True)
        _save(detector, out, card, (label.text for label in labels))


def fit_traces(plan: "Plan", student: Path, teacher: Path, out: Path) -> None:
    """Fit a detector to two models' traces without labels, and save it."""
    from analysis.card import base_model, training_on_traces
    from analysis.corpus import read_corpus
    from analysis.induction import induce_lexicon
    from analysis.induction.weak_labelling import weak_labels
    from analysis.markers import read_markers

    seeds = read_markers(plan.markers)
    corpora = [read_corpus(path) for path in (student, teacher)]
    texts = [[trace.thinking for trace in corpus] for corpus in corpora]
    described = {"student": (student, corpora[0]), "teacher": (teacher, corpora[1])}
    card: dict[str, Any] = {"training": training_on_traces(described, markers=plan.markers)}
    if plan.kind is Kind.LEXICON:
        prompts = {trace.prompt for corpus in corpora for trace in corpus}
        lexicon = induce_lexicon(
            *texts, prompts=prompts, markers=seeds, threshold=plan.threshold or 0.5, causal=plan.causal
        )
        _save(lexicon, out, card, _flat(texts))
        return
    card["seed"] = plan.training.seed
    if plan.kind is Kind.CLASSIFIER:
        card["training"]["model"] = base_model(plan.model)
    limit = _FEWER_SEGMENTS if plan.kind is Kind.CLASSIFIER else _SEGMENTS
    labels = weak_labels(*corpora, markers=seeds, limit=limit, seed=plan.training.seed)
    with plan.fitter(labels) as fit_to:
        _save(fit_to(labels), out, card, _flat(texts))


def _flat(texts: Sequence[Sequence[str]]) -> Iterable[str]:
    return (text for written in texts for text in written)


def _save(detector: "Detector", out: Path, card: dict[str, Any], texts: Iterable[str]) -> None:
    """Save a detector with its card, and say where."""
    from rich.console import Console

    from detectors import store

    store.save(detector, out, card=card | _strongest(detector, texts))
    saved = store.read_card(out)
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(f"{out}: {saved['kind']} detector, sha256 {saved['sha256'][:12]}", markup=False)


def _strongest(detector: "Detector", texts: Iterable[str]) -> dict[str, dict[str, float]]:
    """Name the words of the texts that a logistic detector weighs most, for its card; its features are hashes."""
    from analysis.divergence import count_words
    from detectors.logistic import LogisticDetector

    if not isinstance(detector, LogisticDetector):
        return {}
    frequent = [word for word, count in count_words(texts).items() if count >= _FREQUENT]
    weights = sorted(detector.word_weights(frequent).items(), key=lambda item: (-abs(item[1]), item[0]))
    return {"strongest": {word: round(weight, 3) for word, weight in weights[:_STRONGEST]}}
