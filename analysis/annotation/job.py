"""A whole annotation: segments and annotators in, one file an annotator out, resumed where it stopped."""

import asyncio
import signal
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.console import Console

from analysis.annotation.annotator import Annotation, Annotator
from analysis.annotation.campaign import annotate
from analysis.annotation.choices import PromptName
from analysis.annotation.endpoint import Endpoint
from analysis.annotation.entries import AnnotatorEntry
from analysis.annotation.estimate import Estimate
from analysis.annotation.journal import AnnotationJournal
from analysis.annotation.progress import AnnotationProgress
from analysis.annotation.segments import TraceSegment
from detectors.errors import UsageError


@dataclass(frozen=True, slots=True)
class AskingSettings:
    """How annotators are asked; see `Endpoint`, `Annotator` and `annotate` for what each means."""

    prompt: PromptName = PromptName.STRICT
    temperature: float = 0.0
    max_tokens: int = 4096
    seed: int = 0
    concurrency: int = 8
    timeout: float = 120.0
    tries: int = 3
    api_key_env: str = "TESSY_API_KEY"


@dataclass(slots=True)
class JobCounts:
    """What a job did.

    Attributes
    ----------
    finished, ambiguous
        Segments annotated in this run, and those of them whose spans could stand elsewhere too.
    failed, mended
        Names of faults: of segments left without annotation, and of answers that a later one made good.
    prompt_tokens, completion_tokens
        What the endpoints counted.
    """

    finished: int = 0
    ambiguous: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    mended: Counter[str] = field(default_factory=Counter)
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def add(self, annotation: Annotation) -> None:
        """Count one more segment."""
        names = [type(failure.error).__name__ for failure in annotation.failures]
        self.prompt_tokens += annotation.prompt_tokens
        self.completion_tokens += annotation.completion_tokens
        if annotation.located is None:
            self.failed[names[-1]] += 1
        else:
            self.finished += 1
            self.ambiguous += annotation.located.ambiguous
            self.mended.update(names)


class AnnotationJob:
    """Annotates segments by one or several annotators; a context manager that holds their output files.

    Parameters
    ----------
    segments
        What to annotate.
    entries
        Who annotates.
    out
        The file of the one annotator; of several, each has a file beside it: ``x.NAME.jsonl``.
    settings
        How they are asked.

    Raises
    ------
    UsageError, DataError
        On entry, when an output cannot be gone on with (see `AnnotationJournal`).
    """

    def __init__(
        self, segments: Sequence[TraceSegment], entries: Sequence[AnnotatorEntry], out: Path, settings: AskingSettings
    ) -> None:
        self.outs = [out] if len(entries) == 1 else [entry.out(out) for entry in entries]
        if len(set(self.outs)) < len(self.outs):
            raise UsageError("two annotators would write the same file", advice="name models that differ in more")
        self.counts = JobCounts()
        self._segments = segments
        self._settings = settings
        self._files = ExitStack()
        self._work: list[tuple[Endpoint, Annotator, AnnotationJournal, list[TraceSegment]]] = []
        self._entries = entries

    def __enter__(self) -> Self:
        settings = self._settings
        with self._files:
            for entry, out in zip(self._entries, self.outs, strict=True):
                endpoint = Endpoint(
                    entry.url,
                    entry.model,
                    api_key_env=settings.api_key_env,
                    temperature=settings.temperature,
                    max_tokens=settings.max_tokens,
                    seed=settings.seed + entry.number - 1,
                    timeout=settings.timeout,
                )
                annotator = Annotator(entry.name, settings.prompt, endpoint.complete, settings.tries)
                journal = self._files.enter_context(AnnotationJournal(out, annotator))
                self._work.append((endpoint, annotator, journal, journal.waiting(self._segments)))
            self._files = self._files.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Tidy and close the output files."""
        self._files.close()

    @property
    def waiting(self) -> int:
        """How many segments are to be annotated, each annotator's counted."""
        return sum(len(segments) for *_, segments in self._work)

    def estimate(self) -> Estimate:
        """Estimate what is left to do."""
        parts = (Estimate.of(segments, self._settings.prompt) for *_, segments in self._work)
        return sum(parts, Estimate())

    def run(self, console: Console) -> None:
        """Annotate what is left, one annotator after the other, with progress on `console`.

        Ctrl-C and SIGTERM end it cleanly: what is finished is written, what was asked is asked again by the next run.

        Raises
        ------
        NoAnswerError
            When an endpoint is down or refuses everything.
        KeyboardInterrupt
            After Ctrl-C or SIGTERM.
        """
        try:
            asyncio.run(self._run(console))
        except asyncio.CancelledError:
            raise KeyboardInterrupt from None

    async def _run(self, console: Console) -> None:
        if task := asyncio.current_task():
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        with AnnotationProgress(console, self.waiting) as progress:
            for endpoint, annotator, journal, segments in self._work:

                def receive(annotation: Annotation, journal: AnnotationJournal = journal) -> None:
                    journal.write(annotation)
                    self.counts.add(annotation)
                    progress.advance(failed=annotation.located is None)

                async with endpoint:
                    await annotate(segments, annotator, receive, concurrency=self._settings.concurrency)
