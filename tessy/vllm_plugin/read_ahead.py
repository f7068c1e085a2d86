"""The tokens of one step, pushed for all requests at once, before the scheduler goes through them one by one.

A step in which nobody stops, which is nearly every step, then costs little more than what the detector itself takes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from tessy.vllm_plugin.follower import Follower
from tessy.watch import BoundaryFinder


class ReadAhead:
    """Reads what is sampled for the requests of a scheduler.

    Requests stay in groups as long as each step samples for the same ones, and all that was sampled becomes output.
    """

    def __init__(self) -> None:
        self._names: list[str] | None = None
        self._new: set[str] = set()
        self._groups: dict[Any, Group] = {}
        self._may_stop = False

    def look_anew(self, name: str) -> None:
        """Look at a request anew in the next step: it has begun, or begun a turn."""
        self._names = None
        self._new.add(name)

    def read(self, requests: Mapping[str, Any], names: Sequence[str], sampled: Sequence[Sequence[int]]) -> bool:
        """Push what was sampled; tell whether any request may stop with it.

        Parameters
        ----------
        requests
            The scheduler's requests, by their ids.
        names
            Ids of the requests that were sampled for.
        sampled
            New token ids of each: none, one, or several with speculative decoding.
        """
        if names != self._names or not all(group.is_in_step() for group in self._groups.values()):
            self._group(requests, names)
        may_stop = self._may_stop
        for finder, group in list(self._groups.items()):
            try:
                decided = group.push(sampled)
            except Exception:  # one of them: read one by one, each answers for itself
                self._groups.pop(finder).disband()
                decided = True
            if decided:
                self._names, may_stop = None, True
        return may_stop

    def _group(self, requests: Mapping[str, Any], names: Sequence[str]) -> None:
        places = {name: place for place, name in enumerate(names)}
        stay = places.keys() - self._new
        known: set[str] = set()
        for group in self._groups.values():
            known.update(group.keep(stay, places))
        self._names, self._may_stop = list(names), False
        self._new.clear()
        for name in names:
            if name not in known and (request := requests.get(name)) and (follower := request.tessy_follower):
                self._take_in(name, request, follower, places)
        self._groups = {finder: group for finder, group in self._groups.items() if group.names}

    def _take_in(self, name: str, request: Any, follower: Follower, places: Mapping[str, int]) -> None:
        try:
            is_read_ahead = follower.goes_on(request) or follower.join(request)
        except Exception as error:  # whatever a request asks, the engine goes on
            follower.give_up(request, error)
            return
        if not is_read_ahead:
            self._may_stop |= follower.may_stop
        elif (finder := follower.finder) is not None:
            if finder not in self._groups:
                self._groups[finder] = Group(finder)
            self._groups[finder].add(name, follower, request._output_token_ids, places[name])


class Group:
    """The requests of one detector.

    Parameters
    ----------
    finder
        The detector's.

    Attributes
    ----------
    names
        Their ids.
    """

    def __init__(self, finder: BoundaryFinder) -> None:
        self.names: list[str] = []
        self._finder = finder
        self._followers: list[Follower] = []
        self._outputs: list[Sequence[int]] = []
        self._places: list[int] = []
        self._states: list[Any] = []
        # The length each output is due to have when the next step comes, but for the steps that were pushed.
        self._lengths: list[int] = []
        self._steps = 0
        self._due = 0

    def add(self, name: str, follower: Follower, output: Sequence[int], place: int) -> None:
        """Add a request that goes on from where its follower stands; `place` is its index in what is sampled."""
        self.names.append(name)
        self._followers.append(follower)
        self._outputs.append(output)
        self._places.append(place)
        self._states.append(follower.state)
        self._lengths.append(follower.due - self._steps)
        self._due += follower.due

    def is_in_step(self) -> bool:
        """Tell whether all that was pushed has become output.

        A sum can tell: no output is longer than it is due to be.
        """
        return sum(map(len, self._outputs)) == self._due

    def keep(self, names: set[str], places: Mapping[str, int]) -> list[str]:
        """Keep those of the named requests that are not decided; return their ids.

        The followers of the others note where they stand; all of them, if what was pushed has not become output.
        """
        undecided = [index for index, follower in enumerate(self._followers) if follower.is_read_ahead]
        kept = [index for index in undecided if self.names[index] in names]
        lengths = [self._lengths[index] for index in kept]
        self._due = sum(lengths) + len(kept) * self._steps
        outputs = [self._outputs[index] for index in kept]
        if sum(map(len, outputs)) != self._due:
            kept, lengths, outputs, self._due = [], [], [], 0
        if len(kept) < len(undecided):
            for index in set(undecided).difference(kept):
                self._followers[index].stand(self._states[index], self._lengths[index] + self._steps)
        self._lengths, self._outputs = lengths, outputs
        self.names = [self.names[index] for index in kept]
        self._followers = [self._followers[index] for index in kept]
        self._states = [self._states[index] for index in kept]
        self._places = [places[name] for name in self.names]
        return self.names

    def push(self, sampled: Sequence[Sequence[int]]) -> bool:
        """Push what was sampled; tell whether it decides for any request."""
        mine = [sampled[place] for place in self._places]
        try:
            tokens = [token for (token,) in mine]
        except ValueError:
            return self._push_ragged(mine)
        self._states, decided = self._finder.push_states(self._states, tokens)
        self._steps += 1
        self._due += len(tokens)
        for index in decided:
            self._followers[index].leave(self._states[index], self._lengths[index] + self._steps)
        return bool(decided)

    def _push_ragged(self, sampled: Sequence[Sequence[int]]) -> bool:
        """Push none, one or several tokens each."""
        pushed, any_decided = 0, False
        left = [index for index, tokens in enumerate(sampled) if tokens]
        while left:
            states = [self._states[index] for index in left]
            states, decided = self._finder.push_states(states, [sampled[index][pushed] for index in left])
            pushed += 1
            for index, state in zip(left, states, strict=True):
                self._states[index] = state
            for which in decided:
                self._followers[left[which]].leave(states[which], self._lengths[left[which]] + self._steps + pushed)
                any_decided = True
            left = [index for index in left if self._followers[index].is_read_ahead and len(sampled[index]) > pushed]
        for index, tokens in enumerate(sampled):
            self._lengths[index] += len(tokens)
            self._due += len(tokens)
        return any_decided

    def disband(self) -> None:
        """Let each request be read anew."""
        for follower in self._followers:
            follower.forget()
