"""The command ``tessy-synth``."""

from pathlib import Path
from typing import Annotated, Any

import typer

from analysis.terminal import new_app, run_app
from tessy.errors import TessyError
from tessy.viewer.command import view

app = new_app("Let a student and a teacher write reasoning traces together (TESSY, arXiv 2604.14164).")


@app.callback()
def _callback() -> None:
    """Keep ``run`` a subcommand, whatever other commands there are."""


def _option(text: str, *names: str, minimum: float | None = None) -> Any:
    return typer.Option(*names, help=text, show_default=False, min=minimum)


def _models(urls: str | None) -> str | list[str] | None:
    """Read one model, or several replicas with commas between them."""
    parts = [part.strip() for part in urls.split(",") if part.strip()] if urls else []
    return parts if len(parts) > 1 else (parts[0] if parts else None)


@app.command()
def run(
    prompts: Annotated[str | None, _option("JSONL: 'prompt' or 'messages' in each row, and maybe 'id'.")] = None,
    student: Annotated[
        str | None, _option("The student: a vLLM server's URL (replicas: commas between), or a model's folder or name.")
    ] = None,
    teacher: Annotated[str | None, _option("The teacher, likewise.")] = None,
    detector: Annotated[str | None, _option("Folder of a detector, from 'tessy-detect fit'.")] = None,
    out: Annotated[str | None, _option("The rows, JSONL. A run that was stopped goes on where it was.")] = None,
    config: Annotated[Path | None, _option("All of this, and more, as TOML; flags win over it.")] = None,
    recipe: Annotated[
        str | None, _option("tessy (default), teacher-only, student-only, teacher-think or teacher-answer.")
    ] = None,
    limit: Annotated[int | None, _option("Only the first so many prompts (default 0: all).", minimum=0)] = None,
    seed: Annotated[int | None, _option("Of all chance (default 0).")] = None,
    concurrency: Annotated[int | None, _option("Traces in work at once (default 64).", minimum=1)] = None,
    resume: Annotated[
        bool | None, typer.Option("--resume/--no-resume", help="Go on in OUT (default), or set it aside.")
    ] = None,
    keep_drafts: Annotated[
        bool | None,
        typer.Option("--keep-drafts/--no-keep-drafts", help="Keep drafts that are thrown away in rows (default no)."),
    ] = None,
    preview: Annotated[int, _option("Show so many traces in colour and write nothing.", minimum=0)] = 0,
    temperature: Annotated[float | None, _option("Of both models (default 0.7); 0 is greedy.", minimum=0)] = None,
    thinking_tokens: Annotated[int | None, _option("Most tokens of thinking (default 32768).", minimum=1)] = None,
    answer_tokens: Annotated[int | None, _option("Most tokens of the answer (default 8192).", minimum=1)] = None,
    draft_tokens: Annotated[int | None, _option("Tokens of a draft for both models (default 20).", minimum=1)] = None,
    student_tokenizer: Annotated[str | None, _option("Folder or name, where the server's is not found.")] = None,
    teacher_tokenizer: Annotated[str | None, _option("Likewise.")] = None,
) -> None:
    """Write the traces of a file of prompts."""
    from tessy.config import read_settings

    flags = {
        "prompts": prompts,
        "detector": detector,
        "out": out,
        "recipe": recipe,
        "limit": limit,
        "seed": seed,
        "concurrency": concurrency,
        "resume": resume,
        "keep_drafts": keep_drafts,
        "student.model": _models(student),
        "teacher.model": _models(teacher),
        "student.tokenizer": student_tokenizer,
        "teacher.tokenizer": teacher_tokenizer,
        "student.sampling.temperature": temperature,
        "teacher.sampling.temperature": temperature,
        "student.draft_tokens": draft_tokens,
        "teacher.draft_tokens": draft_tokens,
        "limits.thinking_tokens": thinking_tokens,
        "limits.answer_tokens": answer_tokens,
    }
    settings = read_settings(config, {name: value for name, value in flags.items() if value is not None})

    from rich.console import Console

    from tessy import preview as previews
    from tessy import run as runs
    from tessy.cost_table import cost_table

    console = Console(stderr=True)
    if preview:
        shown = Console()
        shown.print(previews.legend())
        runs.preview(settings, preview, lambda trace: shown.print(previews.panel(trace)))
        return
    try:
        report = runs.synthesize(settings, console)
    except KeyboardInterrupt:
        console.print("stopped; run the same command again to go on")
        raise typer.Exit(130) from None
    earlier = f" ({report.earlier:,} were there before)" if report.earlier else ""
    console.print(f"{settings.out}: {report.finished:,} traces written{earlier}", highlight=False, soft_wrap=True)
    if report.finished:
        console.print(cost_table(report.totals), highlight=False)
    if report.failed:
        errors = Path(settings.out).with_suffix(".errors.jsonl")
        raise TessyError(f"{report.failed:,} prompts failed", where=str(errors), advice="run again to try them again")


@app.command()
def demo(
    out: Annotated[Path, _option("Where to write it.")] = Path("runs/demo"),
    traces: Annotated[int, _option("How many to synthesize (default 128).", minimum=1)] = 128,
    seed: Annotated[int, _option("Of all chance (default 0).")] = 0,
) -> None:
    """Run the method on two tiny models.

    They come with tessy: it measures their style, fits detectors, synthesizes traces and checks every answer.
    """
    from tessy.demo import run_demo

    run_demo(out, traces=traces, seed=seed)


app.command()(view)


def main() -> None:
    """Run ``tessy-synth``."""
    run_app(app)


if __name__ == "__main__":
    main()
