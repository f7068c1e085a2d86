"""A whole run: prompts in, rows out, with progress, resumed where it stopped."""

import asyncio
import dataclasses
import logging
import signal
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from detectors.store import load
from tessy import records
from tessy.counters import Counters
from tessy.engines import open_engine
from tessy.errors import TessyError, UsageError
from tessy.journal import Journal
from tessy.progress import RunProgress
from tessy.prompts import Prompt, read_prompts
from tessy.recipes import get_recipe
from tessy.settings import RunSettings
from tessy.synthesizer import Outcome, Synthesizer
from tessy.trace import Role, Trace

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Report:
    """What a run did.

    Attributes
    ----------
    finished, failed
        Prompts that got their row, and that did not, in this run.
    earlier
        Rows that were there before.
    tokens
        Kept in this run, by role.
    totals
        What the run cost each model.
    """

    finished: int = 0
    failed: int = 0
    earlier: int = 0
    tokens: dict[Role, int] = dataclasses.field(default_factory=lambda: dict.fromkeys(Role, 0))
    totals: dict[Role, Counters] = dataclasses.field(default_factory=dict)


def make_synthesizer(settings: RunSettings) -> Synthesizer:
    """Make the synthesizer that settings describe; nothing is started yet.

    Raises
    ------
    UsageError, DetectorFolderError
        When a model or a detector the recipe needs is missing or cannot be loaded.
    """
    recipe = get_recipe(settings.recipe)
    models = {Role.STUDENT: settings.student, Role.TEACHER: settings.teacher}
    folders = {role: models[role].detector or settings.detector for role in recipe.thinkers if recipe.takes_turns}
    return Synthesizer(
        **{role.value: open_engine(models[role]) for role in recipe.roles if models[role].model},
        detector={role: load(folder) for role, folder in folders.items() if folder},
        recipe=recipe.name,
        limits=settings.limits,
        draft_tokens={role: models[role].draft_tokens for role in Role},
        seed=settings.seed,
        concurrency=settings.concurrency,
        keep_drafts=settings.keep_drafts,
    )


def _prompts(settings: RunSettings) -> Iterator[Prompt]:
    return read_prompts(Path(settings.prompts), limit=settings.limit or None)


async def _synthesize(settings: RunSettings, console: Console) -> Report:
    report = Report()
    # Every row is read before the first model is: a bad line shows now, not after a night.
    count = sum(1 for _ in _prompts(settings))
    synthesizer = make_synthesizer(settings)
    async with synthesizer:
        provenance = synthesizer.describe()
        with Journal(Path(settings.out), provenance, resume=settings.resume) as journal:
            report.earlier = sum(journal.is_done(prompt.id) for prompt in _prompts(settings)) if journal.finished else 0
            progress = RunProgress(console, count - report.earlier, synthesizer.kept)

            def receive(outcome: Outcome) -> None:
                if outcome.trace:
                    journal.finish(records.trace_row(outcome.trace, provenance))
                    report.finished += 1
                elif outcome.error:
                    if not isinstance(outcome.error, TessyError):
                        _log.error("prompt %r failed", outcome.prompt.id, exc_info=outcome.error)
                    journal.fail(records.error_row(outcome.prompt, outcome.error))
                    report.failed += 1
                progress.advance(failed=outcome.trace is None)

            async with progress.shown():
                waiting = (prompt for prompt in _prompts(settings) if not journal.is_done(prompt.id))
                await synthesizer.run(waiting, receive, journal)
    report.tokens = synthesizer.kept()
    report.totals = synthesizer.totals()
    return report


async def _preview(settings: RunSettings, count: int, show: Callable[[Trace], None]) -> None:
    def receive(outcome: Outcome) -> None:
        if outcome.error:
            raise outcome.error
        if outcome.trace:
            show(outcome.trace)

    async with make_synthesizer(settings) as synthesizer:
        await synthesizer.run(read_prompts(Path(settings.prompts), limit=count), receive)


async def _stoppable(work: Coroutine[None, None, Report]) -> Report:
    """Let SIGTERM (a cluster's time limit) end a run as cleanly as Ctrl-C does."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def synthesize(settings: RunSettings, console: Console) -> Report:
    """Write the traces of a file of prompts.

    Ctrl-C and SIGTERM stop it cleanly: traces in work are noted and taken up by the next run.

    Raises
    ------
    TessyError
        When the run cannot begin or go on; what is written stays.
    KeyboardInterrupt
        After Ctrl-C, when all is noted.
    """
    _require_paths(settings, out=True)
    try:
        return asyncio.run(_stoppable(_synthesize(settings, console)))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None


def preview(settings: RunSettings, count: int, show: Callable[[Trace], None]) -> None:
    """Write the first traces, hand each to `show`, and write no file."""
    _require_paths(settings, out=False)
    asyncio.run(_preview(settings, count, show))


def _require_paths(settings: RunSettings, *, out: bool) -> None:
    if not settings.prompts:
        raise UsageError("no prompts", advice="give --prompts a JSONL file")
    if out and not settings.out:
        raise UsageError("no output", advice="give --out a file, or --preview N to write none")
    paths = [Path(settings.prompts), *([Path(settings.out)] if out else [])]
    for path in paths:
        if path.exists() and not path.is_file():
            raise UsageError(f"{path} is not a plain file", advice="a run reads its files more than once")
    if len(paths) > 1 and all(path.exists() for path in paths) and paths[0].samefile(paths[1]):
        raise UsageError(f"{settings.out} is both the prompts and the output", advice="choose another --out")
