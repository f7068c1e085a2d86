"""An engine that reads from a script: deterministic, instant, without any model. For tests, docs and benchmarks."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from detectors.base import Detector
from tessy.counters import Counters
from tessy.engines.base import Draft, DraftStop, StopRule
from tessy.engines.script import Script, ScriptedVocabulary, scripts
from tessy.prompts import Prompt
from tessy.watch import BoundaryFinder


class ScriptedSession:
    """Reads on in its script from where the trace has come to, counted in characters.

    When both engines have the same script, the trace becomes the script whoever writes; when they differ, each goes
    on where the other stopped. A token is a word with the blanks before it.

    Parameters
    ----------
    script
        What the model says, or its thinking and its answer cut into tokens.
    finder
        Ends drafts at the boundary, as an engine does that can stop inside; None for one that cannot.
    """

    def __init__(self, script: str | tuple[Script, Script], finder: BoundaryFinder | None = None) -> None:
        self._script, self._answer = scripts(script, ScriptedVocabulary()) if isinstance(script, str) else script
        self._finder = finder
        self._position = 0
        self._open: list[int] = []
        self._ends: list[int] = []
        self.counters = Counters()

    @property
    def room(self) -> int:
        """A script has room without end."""
        return 1 << 30

    def append(self, text: str) -> None:
        """Skip as many characters of the script as the other model wrote."""
        self._position += len(text)

    async def draft(self, max_tokens: int, stop: StopRule | None = None) -> Draft:
        """Propose the script's next words; other traces get their turn first, as with any engine."""
        await asyncio.sleep(0)
        ids, ends = self._script.read(self._ends[-1] if self._ends else self._position, max_tokens)
        if stop and self._finder:
            made = self._stop(self._finder, stop, ids)
            del ids[made:], ends[made:]
        self.counters.requests += 1
        self.counters.made += len(ids)
        self._open += ids
        self._ends += ends
        start, end = self._position, self._ends[-1] if self._ends else self._position
        reason = DraftStop.END if end >= len(self._script.text) else DraftStop.LENGTH
        return Draft(tuple(self._open), self._script.text[start:end], [e - start for e in self._ends], reason)

    def _stop(self, finder: BoundaryFinder, stop: StopRule, ids: Sequence[int]) -> int:
        """Count the new tokens up to where the boundary shows."""
        watch = replace(stop, open_ids=tuple(self._open)).watch(finder)
        return next((made for made, token in enumerate(ids, 1) if watch.push(token)), len(ids))

    def keep(self, tokens: int) -> Sequence[int]:
        """Move on in the script past the first words of the draft."""
        if tokens <= 0:
            return ()
        kept, self._position = self._open[:tokens], self._ends[tokens - 1]
        del self._open[:tokens], self._ends[:tokens]
        return kept

    def roll_back(self) -> None:
        """Go back to what is kept."""
        self.counters.thrown += len(self._open)
        self._open.clear()
        self._ends.clear()

    def replay(self, token_ids: Sequence[int], text: str) -> None:
        """Move on past what was kept in an earlier run."""
        self._position += len(text)

    def begin_answer(self) -> None:
        """Go on in the script after its ``</think>``."""
        self._script, self._position = self._answer, 0
        self._open.clear()
        self._ends.clear()

    def close(self) -> None:
        """Free nothing."""


class ScriptedEngine:
    r"""An engine whose model always writes the same.

    Parameters
    ----------
    script
        What it writes to every prompt, or a function of the prompt; the answer follows ``</think>``. The function may
        return a text, or its two parts cut into tokens of `vocabulary`.
    name
        The model's name in rows.
    stops_inside
        Whether drafts end at the boundary by themselves, as those of vLLM with tessy's plugin do.
    vocabulary
        Numbers the words; None for one of its own.

    Examples
    --------
    >>> engine = ScriptedEngine("Okay, 2 + 2 = 4.</think>4")
    """

    finder: BoundaryFinder | None = None
    foresees: str | None = None

    def __init__(
        self,
        script: str | Callable[[Prompt], str | tuple[Script, Script]],
        *,
        name: str = "scripted",
        stops_inside: bool = False,
        vocabulary: ScriptedVocabulary | None = None,
    ) -> None:
        self._say = (lambda _: script) if isinstance(script, str) else script
        self._name = name
        self._vocabulary = vocabulary or ScriptedVocabulary()
        self._scripts = scripts(script, self._vocabulary) if isinstance(script, str) else None
        self._may_stop = stops_inside

    @property
    def stops_inside(self) -> bool:
        """Whether drafts end at the boundary by themselves: a detector that cannot be compiled is not heard."""
        return self._may_stop and self.finder is not None

    def judged_by(self, detector: Detector | None) -> None:
        """Compile the detector for the words of the script."""
        self.finder = BoundaryFinder.compile(detector, self._vocabulary) if detector else None

    async def start(self) -> None:
        """Need nothing."""

    def describe(self) -> Mapping[str, Any]:
        """Say the scripted model's name."""
        return {"model": self._name}

    def open(self, prompt: Prompt, *, seed: int) -> ScriptedSession:
        """Open the script at its beginning."""
        said = self._scripts or self._say(prompt)
        said = scripts(said, self._vocabulary) if isinstance(said, str) else said
        return ScriptedSession(said, self.finder if self.stops_inside else None)

    async def close(self) -> None:
        """Free nothing."""
