"""``tessy-analyze loss``: how surprised a student is by corpora of traces, split by style and capability."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from analysis.commands.named import named_paths
from analysis.commands.options import AsJson
from analysis.loss.condition import Condition

if TYPE_CHECKING:
    from analysis.loss.language_model import LanguageModel

_REPORT = "loss.json"


def loss(
    corpora: Annotated[
        list[str], typer.Argument(metavar="[NAME=]FILE ...", help="Traces; the first is what others are compared with.")
    ],
    student: Annotated[str, typer.Option(metavar="MODEL", help="A model's folder or name, or a vLLM server's URL.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the report and the sums of each trace.")],
    detector: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of a detector, which splits style from capability.")
    ] = None,
    condition: Annotated[Condition, typer.Option(help="What stands before a trace, and is not scored.")] = (
        Condition.PROMPT
    ),
    opening: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What opens the thinking; chosen by the model's marks.")
    ] = None,
    template_option: Annotated[
        list[str] | None, typer.Option(metavar="NAME=JSON", help="A variable of the chat template.")
    ] = None,
    answers: Annotated[bool, typer.Option("--answers", help="Score the answers too, as a part of their own.")] = False,
    context: Annotated[int | None, typer.Option(help="Tokens read at once; what the model takes.", min=2)] = None,
    dtype: Annotated[str, typer.Option(help="Of a model here: auto, float64, float32, bfloat16, float16.")] = "auto",
    device: Annotated[str | None, typer.Option(help="Of a model here, such as cuda:1.")] = None,
    batch_tokens: Annotated[int, typer.Option(help="Tokens a model here reads at once.", min=1)] = 4096,
    tokenizer: Annotated[str | None, typer.Option(metavar="MODEL", help="Of a server's model.")] = None,
    concurrency: Annotated[int, typer.Option(help="Requests to a server at once.", min=1)] = 8,
    timeout: Annotated[float, typer.Option(help="Seconds that a request may take.", min=0.01)] = 600.0,
    api_key_env: Annotated[str, typer.Option(help="The environment variable that holds the key.")] = "TESSY_API_KEY",
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Measure the loss of traces under a student; run again to go on where it stopped."""
    from rich.console import Console

    from analysis.corpus import read_corpus
    from analysis.loss.job import score_missing, settings_of
    from analysis.loss.journal import LossJournal
    from analysis.loss.rendering import Rendering
    from analysis.loss.report import print_report, report_of
    from analysis.progress_bar import progress_bar
    from detectors.errors import UsageError
    from detectors.store import load, read_card

    files = named_paths(corpora)
    options = _options(template_option or [])
    split = load(detector) if detector is not None else None
    fingerprint = str(read_card(detector)["sha256"]) if detector is not None else None
    model: LanguageModel
    if student.startswith(("http://", "https://")):
        from analysis.loss.served_model import ServedModel

        model = ServedModel(
            student,
            tokenizer=tokenizer,
            context=context,
            concurrency=concurrency,
            timeout=timeout,
            api_key_env=api_key_env,
        )
    else:
        from analysis.loss.local_model import DTYPES, LocalModel

        if dtype not in DTYPES:
            raise UsageError(f"there is no dtype {dtype!r}", advice=f"one of {', '.join(DTYPES)}")
        model = LocalModel(student, device=device, dtype=dtype, context=context, batch_tokens=batch_tokens)
    traces = {name: read_corpus(path) for name, path in files.items()}
    rendering = Rendering(model.tokenizer, condition, opening=opening, template_options=options, answers=answers)
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    with LossJournal(out, settings_of(model, rendering, fingerprint)) as journal:
        every = [trace for corpus in traces.values() for trace in corpus]
        try:
            with progress_bar("loss", "characters", console) as progress:
                score_missing(every, journal, model, rendering, split, progress)
        except KeyboardInterrupt:
            done = sum(journal.sums_of(trace) is not None for trace in every)
            console.print(f"stopped after {done:,} of {len(every):,} traces; run the same command again to go on")
            raise typer.Exit(130) from None
        sums = {name: [journal.sums_of(trace) for trace in corpus] for name, corpus in traces.items()}
    report = report_of({name: [row for row in rows if row] for name, rows in sums.items()}, seed=seed)
    content = {"student": student, "condition": condition.value, **report}
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    try:
        (out / _REPORT).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write to {out}: {error.strerror}") from error
    if as_json:
        typer.echo(text)
    else:
        print_report(report)


def _options(given: Sequence[str]) -> dict[str, Any]:
    """Read ``NAME=JSON``; what is no JSON is text."""
    from detectors.errors import UsageError

    options: dict[str, Any] = {}
    for option in given:
        name, equals, value = option.partition("=")
        if not name.isidentifier() or not equals:
            raise UsageError(f"{option!r} is no template option", advice="write NAME=JSON: enable_thinking=true")
        try:
            options[name] = json.loads(value)
        except ValueError:
            options[name] = value
    return options
