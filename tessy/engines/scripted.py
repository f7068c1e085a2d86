"""An engine that reads from a script: deterministic, instant, without any model. For tests, docs and benchmarks."""

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tessy.engines.base import Draft, DraftStop
from tessy.prompts import Prompt
from tessy.trace import THINKING_CLOSES

_TOKEN = re.compile(r"\s*\S+|\s+")


class ScriptedSession:
    """Reads on in its script from where the trace has come to, counted in characters.

    When both engines have the same script, the trace becomes the script whoever writes; when they differ, each goes
    on where the other stopped. A token is a word with the blanks before it, and its id is its number in the script.
    """

    def __init__(self, script: str) -> None:
        thinking, _, answer = script.partition(THINKING_CLOSES.strip())
        self._script = thinking
        self._answer = answer
        self._position = 0
        self._open: list[str] = []
        self._made = 0

    @property
    def room(self) -> int:
        """A script has room without end."""
        return 1 << 30

    @property
    def made(self) -> int:
        """Words proposed so far, kept or not."""
        return self._made

    def append(self, text: str) -> None:
        """Skip as many characters of the script as the other model wrote."""
        self._position += len(text)

    async def draft(self, max_tokens: int) -> Draft:
        """Propose the script's next words; other traces get their turn first, as with any engine."""
        await asyncio.sleep(0)
        start = position = self._position + sum(map(len, self._open))
        for _ in range(max_tokens):
            match = _TOKEN.match(self._script, position)
            if match is None:
                break
            self._open.append(match.group())
            position = match.end()
            self._made += 1
        ends, total = [], 0
        for token in self._open:
            total += len(token)
            ends.append(total)
        at_end = position >= len(self._script)
        ids = range(start, start + len(self._open))
        return Draft(ids, "".join(self._open), ends, DraftStop.END if at_end else DraftStop.LENGTH)

    def keep(self, tokens: int) -> Sequence[int]:
        """Move on in the script past the first words of the draft."""
        kept, self._open = self._open[:tokens], self._open[tokens:]
        start = self._position
        self._position += sum(map(len, kept))
        return range(start, start + len(kept))

    def roll_back(self) -> None:
        """Go back to what is kept."""
        self._open = []

    def replay(self, token_ids: Sequence[int], text: str) -> None:
        """Move on past what was kept in an earlier run."""
        self._position += len(text)

    def begin_answer(self) -> None:
        """Go on in the script after its ``</think>``."""
        self._script, self._position, self._open = self._answer, 0, []

    def close(self) -> None:
        """Free nothing."""


class ScriptedEngine:
    r"""An engine whose model always writes the same.

    Parameters
    ----------
    script
        What it writes to every prompt, or a function of the prompt; the answer follows ``</think>``.
    name
        The model's name in rows.

    Examples
    --------
    >>> engine = ScriptedEngine("Okay, 2 + 2 = 4.</think>4")
    """

    def __init__(self, script: str | Callable[[Prompt], str], *, name: str = "scripted") -> None:
        self._script = script
        self._name = name

    async def start(self) -> None:
        """Need nothing."""

    def describe(self) -> Mapping[str, Any]:
        """Say the scripted model's name."""
        return {"model": self._name}

    def open(self, prompt: Prompt, *, seed: int) -> ScriptedSession:
        """Open the script at its beginning."""
        return ScriptedSession(self._script if isinstance(self._script, str) else self._script(prompt))

    async def close(self) -> None:
        """Free nothing."""
