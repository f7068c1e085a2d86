"""``tessy-detect annotate``: traces -> segments -> the style spans that models list."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.annotation.choices import MergeRule, PromptName, Unit

if TYPE_CHECKING:
    from rich.console import Console

    from analysis.annotation.job import AnnotationJob
    from analysis.annotation.segments import TraceSegment


def annotate(
    traces: Annotated[list[Path], typer.Argument(metavar="TRACES", help="JSONL or Parquet with traces.")],
    out: Annotated[Path, typer.Option(help="JSONL to write: 'id', 'text', 'spans', ...", show_default=False)],
    endpoint: Annotated[str | None, typer.Option(metavar="URL", help="An OpenAI-compatible server.")] = None,
    model: Annotated[str | None, typer.Option(help="The model's name there.")] = None,
    annotator: Annotated[
        list[str] | None, typer.Option(metavar="MODEL@URL", help="In place of the two, and as often as you like.")
    ] = None,
    passes: Annotated[int, typer.Option(help="How often each annotator reads every segment.", min=1)] = 1,
    merge: Annotated[MergeRule, typer.Option(help="How several annotators or passes become one.")] = MergeRule.MAJORITY,
    prompt: Annotated[PromptName, typer.Option(help="The task of the paper's Table 2, or with settled cases.")] = (
        PromptName.STRICT
    ),
    unit: Annotated[Unit, typer.Option(help="Where a trace may be cut.")] = Unit.WORDS,
    length: Annotated[int, typer.Option(help="Words of a segment, about.", min=1)] = 60,
    sample: Annotated[int | None, typer.Option(help="How many segments, spread over questions.", min=1)] = None,
    seed: Annotated[int, typer.Option(help="Of the sample and of the models' sampling.")] = 0,
    temperature: Annotated[
        float | None, typer.Option(help="Of the sampling (0; with several passes 0.7).", min=0.0)
    ] = None,
    max_tokens: Annotated[int, typer.Option(help="Of an answer, thinking included.", min=1)] = 4096,
    concurrency: Annotated[int, typer.Option(help="Requests in the air at once.", min=1)] = 8,
    timeout: Annotated[float, typer.Option(help="Seconds that a request may take.", min=0.01)] = 120.0,
    tries: Annotated[int, typer.Option(help="Answers asked for until one can be used.", min=1)] = 3,
    api_key_env: Annotated[str, typer.Option(help="The environment variable that holds the key.")] = "TESSY_API_KEY",
    price_in: Annotated[float | None, typer.Option(help="Price of a million tokens in.", min=0.0)] = None,
    price_out: Annotated[float | None, typer.Option(help="Price of a million tokens out.", min=0.0)] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would cost, and stop.")] = False,
) -> None:
    """Let language models list the style spans of segments of traces; run again to go on where it stopped."""
    from rich.console import Console

    from analysis.annotation.endpoint import completions_url
    from analysis.annotation.entries import read_entries
    from analysis.annotation.job import AnnotationJob, AskingSettings
    from analysis.annotation.segments import sample as draw
    from analysis.annotation.segments import segments_of
    from analysis.commands.agree import check_merged
    from analysis.corpus import read_corpus
    from detectors.errors import TessyError, UsageError

    if bool(annotator) == bool(endpoint or model) or bool(endpoint) != bool(model):
        raise UsageError("give either --endpoint and --model, or --annotator MODEL@URL")
    if (price_in is None) != (price_out is None):
        raise UsageError("--price-in and --price-out belong together")
    if endpoint:
        completions_url(endpoint)
    entries = read_entries(annotator or [f"{model}@{endpoint}"], passes)
    if len(entries) > 1:
        check_merged(out)
    segments = segments_of((trace for path in traces for trace in read_corpus(path)), unit, length)
    segments = draw(segments, sample or len(segments), seed)
    if not segments:
        raise UsageError("there is no thinking in these traces", advice="a trace needs text before its answer")
    settings = AskingSettings(
        prompt,
        temperature=(0.7 if passes > 1 else 0.0) if temperature is None else temperature,
        max_tokens=max_tokens,
        seed=seed,
        concurrency=concurrency,
        timeout=timeout,
        tries=tries,
        api_key_env=api_key_env,
    )
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    with AnnotationJob(segments, entries, out, settings) as job:
        _say_estimate(console, job, segments, len(entries), price_in, price_out)
        if dry_run:
            return
        try:
            job.run(console)
        except KeyboardInterrupt:
            console.print(f"stopped after {job.counts.finished:,} segments; run the same command again to go on")
            raise typer.Exit(130) from None
    _say_result(console, job)
    if len(entries) > 1:
        _compare(job.outs, out, merge)
    if job.counts.failed:
        errors = ", ".join(str(path.with_name(f"{path.stem}.errors.jsonl")) for path in job.outs)
        raise TessyError(
            f"segments without annotation: {_list(job.counts.failed)}",
            where=errors,
            advice="run again to ask for them again",
        )


def _say_estimate(
    console: "Console",
    job: "AnnotationJob",
    segments: Sequence["TraceSegment"],
    annotators: int,
    price_in: float | None,
    price_out: float | None,
) -> None:
    questions = len({segment.question for segment in segments})
    who = "1 annotator" if annotators == 1 else f"{annotators} annotators"
    done = len(segments) * annotators - job.waiting
    earlier = f", {done:,} of them done before" if done else ""
    console.print(
        f"{len(segments):,} segments of {questions:,} questions, {who}: "
        f"{len(segments) * annotators:,} annotations{earlier}"
    )
    estimate = job.estimate()
    price = ""
    if price_in is not None and price_out is not None:
        price = f", {estimate.price(price_in, price_out):,.2f} at these prices"
    console.print(
        f"estimate: {estimate.requests:,} requests, {estimate.prompt_tokens:,} tokens in, "
        f"{estimate.completion_tokens:,} out{price}; thinking and second tries come on top"
    )


def _say_result(console: "Console", job: "AnnotationJob") -> None:
    counts = job.counts
    mended = f"; mended by asking again: {_list(counts.mended)}" if counts.mended else ""
    console.print(f"{counts.finished:,} annotated, {counts.ambiguous:,} of them ambiguous{mended}")
    if counts.prompt_tokens or counts.completion_tokens:
        console.print(f"used: {counts.prompt_tokens:,} tokens in, {counts.completion_tokens:,} out")


def _list(names: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in names.most_common())


def _compare(outs: list[Path], merged: Path, rule: MergeRule) -> None:
    from analysis.annotation.agreement import agreement
    from analysis.annotation.reading import read_annotations
    from analysis.commands.agree import print_agreement, write_merged

    present = [path for path in outs if path.exists()]
    if len(present) == len(outs):
        print_agreement(agreement(read_annotations(outs)))
        write_merged(outs, merged, rule)
