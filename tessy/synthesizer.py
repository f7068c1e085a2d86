"""Many prompts at once: one coroutine a trace, and no trace waits for another."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from detectors.base import Detector
from detectors.store import load
from tessy.composition import Composition
from tessy.counters import Counters
from tessy.digests import seed63
from tessy.engines import Engine, open_engine
from tessy.errors import EngineUnavailableError, TessyError, UsageError
from tessy.journal import Journal
from tessy.judges import make_judges
from tessy.prompts import Prompt
from tessy.provenance import describe_detector
from tessy.recipes import get_recipe
from tessy.running import run_now
from tessy.settings import Limits, ModelSettings
from tessy.trace import Role, Trace

_log = logging.getLogger(__name__)
_CHECKPOINT_TOKENS = 1_024
_NAME_A_MODEL = "give a vLLM server's URL, or a model's folder or name"
Detectors = Detector | str | Path | Mapping[Role, Detector]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one prompt: a trace, or the error that stopped it."""

    prompt: Prompt
    trace: Trace | None = None
    error: Exception | None = None


class Synthesizer:
    """Lets a student and a teacher write traces together.

    Parameters
    ----------
    student, teacher
        Engines, or what names one: a vLLM server's URL, a model's folder or name. A role the recipe leaves out may be
        None.
    detector
        Judges the drafts of both: a detector, a saved one's folder, or one detector for each role. Not needed by
        recipes in which nobody takes turns.
    recipe
        Its name; see `tessy.recipes`.
    limits
        When to stop a trace that does not end by itself.
    draft_tokens
        Tokens of a draft for both, or for each role, where an engine cannot stop at the boundary by itself; 0 learns
        the length (see `tessy.draft_length`).
    seed
        Of all chance.
    concurrency
        The most traces in work at once.
    keep_drafts
        Whether traces keep the text of drafts that were thrown away.

    Raises
    ------
    UsageError
        When something the recipe needs is missing, or no trace could grow.

    Examples
    --------
    >>> from tessy import Prompt, ScriptedEngine, Synthesizer
    >>> models = {"student": ScriptedEngine("Hmm.</think>4"), "teacher": ScriptedEngine("2 + 2 = 4.</think>4")}
    >>> synthesizer = Synthesizer(**models, recipe="teacher-think")
    >>> [trace] = synthesizer.synthesize([Prompt.from_text("2 + 2?")])
    >>> trace.thinking, trace.answer
    ('2 + 2 = 4.', '4')
    """

    def __init__(
        self,
        student: Engine | str | None = None,
        teacher: Engine | str | None = None,
        detector: Detectors | None = None,
        *,
        recipe: str = "tessy",
        limits: Limits | None = None,
        draft_tokens: int | Mapping[Role, int] = 20,
        seed: int = 0,
        concurrency: int = 64,
        keep_drafts: bool = False,
    ) -> None:
        self.recipe = get_recipe(recipe)
        self.limits = limits or Limits()
        self.seed = seed
        self.concurrency = concurrency
        self.keep_drafts = keep_drafts
        self.engines: dict[Role, Engine] = {}
        for role, engine in ((Role.STUDENT, student), (Role.TEACHER, teacher)):
            if role in self.recipe.roles:
                if not engine:
                    raise UsageError(f"recipe {recipe!r} needs a {role.value}", advice=_NAME_A_MODEL)
                self.engines[role] = open_engine(ModelSettings(model=engine)) if isinstance(engine, str) else engine
        self.detectors = self._choose_detectors(detector)
        self.draft_tokens = dict.fromkeys(Role, draft_tokens) if isinstance(draft_tokens, int) else dict(draft_tokens)
        if concurrency < 1:
            raise UsageError(f"concurrency is {concurrency}", advice="it must be at least 1")
        for role in self.recipe.thinkers:
            if self.draft_tokens.get(role, -1) < 0:
                raise UsageError(
                    f"draft_tokens ({role.value}) is {self.draft_tokens.get(role)}", advice="give tokens, or 0 to learn"
                )
        for role, engine in self.engines.items():
            engine.judged_by(self.detectors.get(role))
        self._active: set[Composition] = set()
        self._kept = dict.fromkeys(Role, 0)
        self._totals = {role: Counters() for role in self.engines}
        self._unavailable = 0
        self._exits = AsyncExitStack()

    def _choose_detectors(self, detector: Detectors | None) -> dict[Role, Detector]:
        if not self.recipe.takes_turns:
            return {}
        if isinstance(detector, str | Path):
            detector = load(detector)
        if isinstance(detector, Mapping):
            chosen = dict(detector)
        else:
            chosen = dict.fromkeys(self.recipe.thinkers, detector) if detector else {}
        if missing := [role.value for role in self.recipe.thinkers if role not in chosen]:
            raise UsageError(
                f"recipe {self.recipe.name!r} needs a detector for the {' and the '.join(missing)}",
                advice="make one with: tessy-detect fit ... --out DIR",
            )
        return chosen

    async def __aenter__(self) -> Self:
        """Start the engines, one after the other."""
        try:
            for engine in self.engines.values():
                await engine.start()
                self._exits.push_async_callback(engine.close)
        except BaseException:
            await self._exits.aclose()
            raise
        self._judges = make_judges(self.engines, self.detectors, self.draft_tokens)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Close the engines."""
        await self._exits.aclose()

    def describe(self) -> dict[str, Any]:
        """Say everything that shapes a row; the engines must have started."""
        return {
            "recipe": self.recipe.name,
            "seed": self.seed,
            **{role.value: dict(engine.describe()) for role, engine in self.engines.items()},
            "detector": {role.value: describe_detector(detector) for role, detector in self.detectors.items()},
            "draft_tokens": {role.value: self.draft_tokens[role] for role in self.detectors},
            "limits": {"thinking_tokens": self.limits.thinking_tokens, "answer_tokens": self.limits.answer_tokens},
        }

    def kept(self) -> dict[Role, int]:
        """Count the tokens kept so far, traces in work included."""
        counts = dict(self._kept)
        for composition in self._active:
            for role, count in composition.tokens.items():
                counts[role] += count
        return counts

    def totals(self) -> dict[Role, Counters]:
        """Sum up what the traces have cost each model, those in work left out."""
        return self._totals

    def _seed(self, prompt: Prompt, role: Role) -> int:
        return seed63(f"{self.seed}\0{role.value}\0{prompt.id}")

    async def compose(self, prompt: Prompt, journal: Journal | None = None) -> Trace:
        """Write one trace; with a journal, take it up where an earlier run left it.

        Raises
        ------
        EngineError
            When a model fails.
        """
        async with AsyncExitStack() as closing:
            sessions = {}
            for role, engine in self.engines.items():
                sessions[role] = engine.open(prompt, seed=self._seed(prompt, role))
                closing.callback(sessions[role].close)
            composition = Composition(
                prompt, sessions, self._judges, self.recipe, self.limits, keep_drafts=self.keep_drafts
            )
            half = journal.half_finished(prompt.id) if journal else None
            if half:
                composition.replay(half)
            self._active.add(composition)
            try:
                trace = await composition.compose(
                    (lambda: _save(composition, journal)) if journal else None, _CHECKPOINT_TOKENS
                )
            except BaseException:
                if journal:
                    _save_last(composition, journal)
                raise
            finally:
                self._active.discard(composition)
                for role, count in composition.tokens.items():
                    self._kept[role] += count
                for role, counters in composition.totals.items():
                    self._totals[role].add(counters)
        return trace

    async def run(
        self, prompts: Iterable[Prompt], receive: Callable[[Outcome], None], journal: Journal | None = None
    ) -> None:
        """Write the traces of many prompts, each handed to `receive` when it is done.

        A prompt that fails does not stop the others. The engines must have started.

        Raises
        ------
        EngineUnavailableError
            When so many traces in a row find a server down that going on is of no use.
        """
        shared = iter(prompts)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self.concurrency):
                    group.create_task(self._work(shared, receive, journal))
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None

    async def _work(
        self, prompts: Iterator[Prompt], receive: Callable[[Outcome], None], journal: Journal | None
    ) -> None:
        for prompt in prompts:
            try:
                trace = await self.compose(prompt, journal)
            except Exception as error:
                # The error belongs to its trace; the others go on.
                receive(Outcome(prompt, error=error))
                self._unavailable = self._unavailable + 1 if isinstance(error, EngineUnavailableError) else 0
                if self._unavailable >= self.concurrency:
                    raise
            else:
                self._unavailable = 0
                receive(Outcome(prompt, trace))

    def synthesize(self, prompts: Sequence[Prompt | str]) -> list[Trace]:
        """Write the traces of some prompts and return them in order: the call for scripts and notebooks.

        Raises
        ------
        EngineError
            When a trace fails; for long lists use ``tessy-synth run``, which keeps what is done.
        """
        asked = [Prompt.from_text(prompt) if isinstance(prompt, str) else prompt for prompt in prompts]
        outcomes: dict[int, Outcome] = {}

        def receive(outcome: Outcome) -> None:
            if outcome.error:
                raise outcome.error
            outcomes[id(outcome.prompt)] = outcome

        async def work() -> None:
            async with self:
                await self.run(asked, receive)

        run_now(work)
        return [trace for prompt in asked if (trace := outcomes[id(prompt)].trace)]


def _save(composition: Composition, journal: Journal) -> None:
    start, unfinished = composition.unsaved()
    if unfinished.pieces or unfinished.thrown:
        journal.checkpoint(composition.prompt.id, start, unfinished)


def _save_last(composition: Composition, journal: Journal) -> None:
    """Save on the way out; a failure to save must hide neither an error nor that the run is being stopped."""
    try:
        _save(composition, journal)
    except TessyError as error:
        _log.warning("%s: the end of its thinking is lost: %s", composition.prompt.id, error)
