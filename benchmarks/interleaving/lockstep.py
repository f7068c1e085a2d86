"""The published loop, written from its description: all draft, all wait, one batch is judged, and again.

Every active trace asks its current model for a fixed number of tokens; the whole text so far is sent and tokenized by
the server each time. When the last answer of a round is there, the drafts are judged together and cut. What the
description leaves open is done in the way that costs the loop least: one client that keeps its connections, all
requests of a round at once, no delays.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Any

import httpx

from benchmarks.interleaving.measurement import Written
from detectors.base import Detector
from tessy.boundary import decide
from tessy.trace import Role
from tessy.vocabulary import Vocabulary

# More characters than the detector's context of words; the detector of the published loop reads about 60 words.
_TAIL = 600


class CutAt(StrEnum):
    """Where a draft is cut."""

    BEFORE = "before"
    """Before the first word of the other kind; without one, before a last word that may go on (the paper)."""
    AFTER = "after"
    """After it, at the next white space; without one, nowhere (the released program)."""


@dataclass(slots=True)
class Sample:
    """One trace in work.

    Attributes
    ----------
    prompt
        Its id.
    rendered
        By role, the prompt's text with the thinking opened.
    """

    prompt: str
    rendered: Mapping[Role, str]
    role: Role = Role.STUDENT
    text: str = ""
    pieces: list[tuple[Role, str]] = field(default_factory=list)
    kept: dict[Role, int] = field(default_factory=lambda: dict.fromkeys(Role, 0))
    hand_overs: int = 0
    kept_in_turn: bool = False
    empty_turns: int = 0

    def add(self, text: str, tokens: int) -> None:
        """Keep what the current writer wrote."""
        if text:
            self.text += text
            self.pieces.append((self.role, text))
            self.kept[self.role] += tokens
            self.kept_in_turn = True

    def hand_over(self) -> None:
        """Give the pen to the other."""
        self.empty_turns = 0 if self.kept_in_turn else self.empty_turns + 1
        self.kept_in_turn = False
        self.role = self.role.other
        self.hand_overs += 1

    def written(self) -> Written:
        """Return what is kept, with neighbours of one role joined."""
        stretches = [
            (role, "".join(text for _, text in group))
            for role, group in groupby(self.pieces, key=lambda piece: piece[0])
        ]
        return Written(self.prompt, stretches, self.kept, self.hand_overs)


def judge(sample: Sample, draft: str, detector: Detector, cut_at: CutAt) -> tuple[str, bool]:
    """Return what to keep of a draft, and whether the pen changes hands."""
    before = sample.text[-_TAIL:]
    forced = sample.role is Role.TEACHER and sample.empty_turns > 0 and not sample.kept_in_turn
    decision = decide(
        before,
        draft,
        detector,
        writes_style=sample.role is Role.STUDENT,
        finished=False,
        first_word_is_own=forced,
    )
    if not decision.hand_over:
        # A draft without the end of a word would come again and again.
        return (draft if cut_at is CutAt.AFTER or not decision.keep else draft[: decision.keep]), False
    if cut_at is CutAt.BEFORE:
        return draft[: decision.keep], True
    rest = draft[decision.keep :]
    word = rest.split(maxsplit=1)[0]
    return draft[: decision.keep + rest.index(word) + len(word)], True


class Lockstep:
    """The loop.

    Parameters
    ----------
    client
        Reaches the servers.
    urls, vocabularies
        By role; the served models are named like the roles.
    detector
        Judges all drafts.
    draft_tokens
        By role, the tokens of a draft.
    cut_at
        Where a draft is cut.
    tokens
        Kept tokens at which a trace is done; its last draft may go beyond them.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        urls: Mapping[Role, str],
        vocabularies: Mapping[Role, Vocabulary],
        detector: Detector,
        draft_tokens: Mapping[Role, int],
        *,
        cut_at: CutAt,
        tokens: int,
    ) -> None:
        self._client = client
        self._urls = {role: f"{url}/v1/completions" for role, url in urls.items()}
        self._vocabularies = vocabularies
        self._detector = detector
        self._draft_tokens = draft_tokens
        self._cut_at = cut_at
        self._tokens = tokens

    async def run(self, samples: Sequence[Sample]) -> None:
        """Write all traces to their end."""
        active = list(samples)
        while active:
            drafts = await asyncio.gather(*map(self._draft, active))
            for sample, draft in zip(active, drafts, strict=True):
                self._take(sample, draft)
            active = [sample for sample in active if sum(sample.kept.values()) < self._tokens]

    async def _draft(self, sample: Sample) -> str:
        body: dict[str, Any] = {
            "model": sample.role.value,
            "prompt": sample.rendered[sample.role] + sample.text,
            "max_tokens": self._draft_tokens[sample.role],
            "temperature": 0.0,
            # The rendered prompt has its own marks.
            "add_special_tokens": False,
            "skip_special_tokens": False,
        }
        answer = await self._client.post(self._urls[sample.role], json=body)
        choice = answer.raise_for_status().json()["choices"][0]
        if choice["finish_reason"] != "length":
            raise RuntimeError(f"the {sample.role.value} ended by itself ({choice['finish_reason']})")
        text: str = choice["text"]
        # A character whose last bytes are still to come.
        return text.rstrip("\N{REPLACEMENT CHARACTER}")

    def _take(self, sample: Sample, draft: str) -> None:
        keep, hand_over = judge(sample, draft, self._detector, self._cut_at)
        sample.add(keep, len(self._vocabularies[sample.role].encode(keep)))
        # A draft that says nothing would come again and again: the other goes on.
        if hand_over or not keep:
            sample.hand_over()
