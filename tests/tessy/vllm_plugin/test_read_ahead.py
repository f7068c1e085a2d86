"""Requests that come and go, are sampled for or not, lose tokens, begin turns: a scheduler at its most capricious."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest

from tessy.engines.base import StopRule
from tessy.vllm_plugin.extra_args import BOUNDARY, END, stop_arguments
from tessy.vllm_plugin.follower import Follower
from tessy.vllm_plugin.hook import stopping
from tessy.vllm_plugin.read_ahead import ReadAhead
from tessy.watch import BoundaryFinder, Watch

FINISHED = "finished"


@dataclass
class Request:
    """What the plugin sees of a request of vLLM, and beside it what should come of its turn."""

    request_id: str
    line: Sequence[int]
    tessy_follower: Follower
    num_prompt_tokens: int = 0
    sampling_params: Any = None
    stop_reason: object = None
    status: object = None
    expected: Watch | None = None
    _output_token_ids: list[int] = field(default_factory=list)

    def begin(self, finder: BoundaryFinder, random: Random, *, asks: bool = True) -> None:
        """Begin a turn somewhere in the line."""
        style, own, least = random.random() < 0.5, random.random() < 0.5, random.choice((0, 0, 6))
        rule = StopRule(finder.fingerprint, "", writes_style=style, first_word_is_own=own)
        self.sampling_params = SimpleNamespace(extra_args=stop_arguments(rule) if asks else None, min_tokens=least)
        self.num_prompt_tokens = random.randrange(20, 300)
        self.expected = finder.watch("", writes_style=style, first_word_is_own=own) if asks else None
        self._output_token_ids.clear()
        self.status = None

    def next_tokens(self, count: int) -> list[int]:
        """Return what is sampled next."""
        start = self.num_prompt_tokens + len(self._output_token_ids)
        return list(self.line[start : start + count])


def take(request: Request, tokens: Sequence[int], *, may_stop: bool, counts: dict[str, int]) -> bool:
    """Add tokens to an output as vLLM does, checking each; return whether the request stopped."""
    check = stopping(lambda *_: False, FINISHED)
    for token in tokens:
        request._output_token_ids.append(token)
        decided = request.expected is not None and request.expected.push(token)
        decided = decided and len(request._output_token_ids) >= request.sampling_params.min_tokens
        stopped = may_stop and check(request, 1 << 20)
        assert stopped == decided, (request.request_id, len(request._output_token_ids))
        if stopped:
            assert request.expected is not None
            assert request.stop_reason == (END if request.expected.ended else BOUNDARY)
            counts["stopped"] += 1
            return True
    return False


@pytest.mark.parametrize("seed", range(12))
def test_whatever_a_scheduler_does_requests_stop_where_they_should(
    seed: int, finder: BoundaryFinder, lines: list[list[int]]
) -> None:
    random, ahead = Random(seed), ReadAhead()
    known = {finder.fingerprint: finder}
    requests: dict[str, Request] = {}
    counts = {"stopped": 0, "quiet": 0}

    def add(number: int) -> None:
        request = requests[str(number)] = Request(str(number), lines[number], Follower(known))
        request.begin(finder, random, asks=random.random() < 0.9)
        ahead.look_anew(request.request_id)

    for number in range(len(lines)):
        add(number)
    names = list(requests)
    for _ in range(150):
        if random.random() < 0.1:
            random.shuffle(names)
        drafts = random.random() < 0.1
        # Of some requests, a part of the prompt was read; some are gone when their tokens come.
        counted = [random.choice((0, 1, 1, 3)) if drafts else 1 for _ in names]
        sampled = [requests[name].next_tokens(count) for name, count in zip(names, counted, strict=True)]
        # What vLLM discards was sampled for a turn that is over: anything.
        discarded = [random.random() < 0.03 for _ in names]
        for place in (place for place, is_discarded in enumerate(discarded) if is_discarded):
            sampled[place] = [random.choice(random.choice(lines)) for _ in sampled[place]]
        may_stop = ahead.read(requests, list(names), sampled)
        counts["quiet"] += not may_stop
        for name, tokens, is_discarded in zip(names, sampled, discarded, strict=True):
            request = requests[name]
            stopped = not is_discarded and take(request, tokens, may_stop=may_stop, counts=counts)
            if stopped or len(request._output_token_ids) > 40:
                request.begin(finder, random)
                ahead.look_anew(name)
            elif random.random() < 0.05:
                add(int(name))
        if random.random() < 0.05:
            names = random.sample(sorted(requests), k=random.randrange(1, len(requests) + 1))
    assert counts["stopped"] > 30
    assert counts["quiet"] > 0


def test_a_stop_reason_is_gone_when_the_next_turn_begins(finder: BoundaryFinder, lines: list[list[int]]) -> None:
    request, ahead = Request("one", lines[0], Follower({finder.fingerprint: finder})), ReadAhead()
    for asks in (True, False):
        request.begin(finder, Random(0), asks=asks)
        request.stop_reason = BOUNDARY
        ahead.look_anew("one")
        ahead.read({"one": request}, ["one"], [request.next_tokens(1)])
        assert request.stop_reason is None
