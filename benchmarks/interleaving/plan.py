"""What one arm is to do."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.interleaving.measurement import Written
from benchmarks.interleaving.pairs import PAIRS
from benchmarks.interleaving.processes import engines, family
from tessy.chat import Chat
from tessy.prompts import Prompt
from tessy.trace import Role
from tessy.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Plan:
    """One arm to measure.

    Attributes
    ----------
    arm, pair
        Names.
    models
        Model folders by role.
    traces, tokens
        Traces at once, and kept tokens of each.
    dtype
        Of both models.
    cores
        By role, the core of an engine that runs in the program.
    gather
        Seconds that an engine in the program lets turns wait for each other.
    urls
        By role, the server; empty for engines in the program.
    groups
        The servers' process groups.
    written
        For the limit: the traces whose tokens are to be made.
    """

    arm: str
    pair: str
    models: Mapping[Role, Path]
    traces: int
    tokens: int
    dtype: str
    cores: Mapping[Role, int]
    gather: float = 0.0
    urls: Mapping[Role, str] = field(default_factory=dict)
    groups: Sequence[int] = ()
    written: Sequence[Written] = ()

    def prompts(self) -> list[Prompt]:
        """Return the prompts that are measured."""
        return PAIRS[self.pair].prompts(self.traces, 0)

    def warm_prompts(self) -> list[Prompt]:
        """Return as many other prompts, to warm up."""
        return PAIRS[self.pair].prompts(self.traces, self.traces)

    def engine_processes(self) -> list[int]:
        """Return the processes of servers, or of engines below this process."""
        if self.groups:
            return [pid for group in self.groups for pid in family(group)]
        return [pid for pid in family(os.getpid()) if pid != os.getpid()]

    def engines(self) -> list[int]:
        """Return the processes of both engines."""
        return [pid for root in self.groups or (os.getpid(),) for pid in engines(root)]

    def vocabularies(self) -> dict[Role, Vocabulary]:
        """Load both vocabularies."""
        return {role: Vocabulary.load(str(folder)) for role, folder in self.models.items()}


def prompt_ids(vocabularies: Mapping[Role, Vocabulary], prompts: Sequence[Prompt]) -> dict[Role, dict[str, list[int]]]:
    """Render prompts for both models; returns ids by role and prompt id."""
    chats = {role: Chat(vocabulary) for role, vocabulary in vocabularies.items()}
    return {role: {prompt.id: chat.prompt_ids(prompt.messages) for prompt in prompts} for role, chat in chats.items()}
