"""The tokens of one step, pushed for all requests at once: how detectors that work in arrays are affordable."""

from collections.abc import Mapping, Sequence
from typing import Any

from tessy.vllm_plugin.follower import Follower
from tessy.watch import BoundaryFinder, Watch

_Sampled = tuple[Follower, Watch, Sequence[int]]


def push_sampled(requests: Mapping[str, Any], places: Mapping[str, int], sampled: Sequence[Sequence[int]]) -> None:
    """Push what was sampled into the watches of the requests it was sampled for.

    A token that vLLM then does not add to its request's output is noticed by the follower: it has seen too much.

    Parameters
    ----------
    requests
        The scheduler's requests, by their ids.
    places
        Request id -> index in `sampled`.
    sampled
        New token ids of each request: none, one, or several with speculative decoding.
    """
    groups: dict[BoundaryFinder, list[_Sampled]] = {}
    for name, place in places.items():
        request = requests.get(name)
        if request is None or (follower := request.tessy_follower) is None or not sampled[place]:
            continue
        try:
            if follower.parameters is not request.sampling_params or follower.seen != len(request._output_token_ids):
                follower.follow(request)
        except Exception as error:  # whatever a request asks, the engine goes on
            follower.give_up(request, error)
        if follower.finder is not None and follower.watch is not None and follower.undecided:
            groups.setdefault(follower.finder, []).append((follower, follower.watch, sampled[place]))
    for finder, group in groups.items():
        _push_group(finder, group)


def _push_group(finder: BoundaryFinder, group: list[_Sampled]) -> None:
    position = 0
    while group:
        try:
            decisions = finder.push_many([watch for _, watch, _ in group], [tokens[position] for _, _, tokens in group])
        except Exception:  # one of them: read one by one, each answers for itself
            for follower, _, _ in group:
                follower.forget()
            return
        for (follower, _, _), decided in zip(group, decisions, strict=True):
            follower.advance(decided=decided)
        position += 1
        group = [one for one in group if one[0].undecided and len(one[2]) > position]
