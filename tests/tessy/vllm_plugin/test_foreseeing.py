"""Requests that stop by what states foresee, around vLLM's real scheduler, with given lines and numbers."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from tessy.engines.base import StopRule
from tessy.foresight import Foresight
from tessy.miniature import student_path
from tessy.vllm_plugin.extra_args import BEFORE, END, OWN, READY, probe_arguments, stop_arguments
from tests.support.scheduling import WAYS, ScheduledEngine, Turn, take_turns

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("plugin")]
MOST = 60
Numbers = Mapping[str, Sequence[float]]


def numbers(names: Sequence[str], length: int = 500) -> Numbers:
    """Draw what the states of some requests say; most of it keeps the teacher writing."""
    return {name: list(np.random.default_rng(index).normal(-1.0, 1.0, length)) for index, name in enumerate(names)}


def rule(foresight: Foresight, *, before: str = "so", opened: Sequence[int] = (), **more: bool) -> StopRule:
    flags = {"writes_style": False, "first_word_is_own": False} | more
    return StopRule(foresight.fingerprint, before, open_ids=tuple(opened), **flags)


def stop_of(
    foresight: Foresight, asked: StopRule, line: Sequence[int], start: int, said: Sequence[float], most: int = MOST
) -> tuple[int, str]:
    """Return after how many tokens a request stops, and its stop reason."""
    outlook = foresight.watch(asked)
    for place in range(start, start + most):
        outlook.foresee(said[place - 1])
        if outlook.push(line[place]):
            return place - start + 1, END if outlook.ended else BEFORE
    return most, OWN


@pytest.mark.parametrize("way", WAYS)
def test_requests_stop_where_the_states_say(way: str, foresight: Foresight, lines: list[list[int]]) -> None:
    cases = {
        f"{number} {start} {style}": (line, start, style)
        for number, line in enumerate(lines)
        for start in (30, 47, 62)
        for style in (False, True)
    }
    said = numbers(list(cases))
    engine = ScheduledEngine(student_path(), foreseen={foresight.fingerprint: said}, **WAYS[way])
    expected = {}
    for name, (line, start, style) in cases.items():
        opened = line[start - 2 : start] if start == 30 else ()
        asked = rule(foresight, writes_style=style, first_word_is_own=start == 62, opened=opened)
        length, reason = stop_of(foresight, asked, line, start, said[name])
        expected[name] = (line[start : start + length], reason)
        engine.add(name, line[:start], line, extra_args=stop_arguments(asked), max_tokens=MOST)
    engine.run()
    assert {name: (engine.outputs[name][0], engine.reasons[name][0][1]) for name in cases} == expected
    assert len({len(output) for output, _ in expected.values()}) > 8
    preempted = sum(request.num_preemptions for request in engine.requests.values())
    assert (preempted > 0) == bool({"blocks", "interruptions"} & set(WAYS[way]))


@pytest.mark.parametrize("way", ["step by step", "one step ahead", "interrupted"])
def test_the_turns_of_a_session_stop_each_by_its_own_rule(
    way: str, foresight: Foresight, lines: list[list[int]]
) -> None:
    said = numbers([str(number) for number in range(len(lines))])
    engine = ScheduledEngine(student_path(), foreseen={foresight.fingerprint: said}, **WAYS[way])

    def turn_of(name: str, turn: int, start: int) -> Turn:
        if turn == 3:
            return None, MOST, None
        asked = rule(foresight, writes_style=bool(turn % 2))
        return stop_arguments(asked), *stop_of(foresight, asked, lines[int(name)], start, said[name])

    take_turns(engine, lines, MOST, turn_of)


def test_the_limit_and_stop_tokens(foresight: Foresight, lines: list[list[int]]) -> None:
    line, asked = lines[0], rule(foresight)
    said = numbers(["one"])["one"]
    start = next(start for start in range(20, 300) if 5 < stop_of(foresight, asked, line, start, said)[0] < MOST - 10)
    length, _ = stop_of(foresight, asked, line, start, said)
    settings = {
        # At the very token after the boundary, the boundary is what counts.
        "exact": {"max_tokens": length},
        "shorter": {"max_tokens": length - 1},
        "stop": {"stop_token_ids": [line[start + 2]]},
        "stop there": {"stop_token_ids": [line[start + length - 1]]},
        "least": {"min_tokens": 1},
    }
    engine = ScheduledEngine(student_path(), foreseen={foresight.fingerprint: dict.fromkeys(settings, said)})
    for name, more in settings.items():
        engine.add(name, line[:start], line, extra_args=stop_arguments(asked), **{"max_tokens": MOST, **more})
    engine.run()
    ends = {name: (len(engine.outputs[name][0]), *engine.reasons[name][0]) for name in settings}
    stopped = [line[start:].index(line[start + place]) + 1 for place in (2, length - 1)]
    assert ends == {
        "exact": (length, "stop", BEFORE),
        "shorter": (length - 1, "length", OWN),
        "stop": (stopped[0], "stop", OWN),
        "stop there": (stopped[1], "stop", OWN),
        # It asks for what cannot be had, and runs as a plain one.
        "least": (MOST, "length", None),
    }


def test_the_question_is_answered_by_the_workers(foresight: Foresight, lines: list[list[int]]) -> None:
    line, fingerprint = lines[0], foresight.fingerprint
    asked = {"question": probe_arguments(fingerprint), "turn": stop_arguments(rule(foresight))}
    told = ScheduledEngine(student_path(), foreseen={fingerprint: dict.fromkeys(asked, [-9.0] * 500)})
    untold = ScheduledEngine(student_path())
    for engine in (told, untold):
        for name, arguments in asked.items():
            engine.add(name, line[:20], line, extra_args=arguments, max_tokens=9)
        engine.run()
    assert (told.outputs["question"][0], told.reasons["question"]) == (line[20:21], [("stop", READY)])
    assert told.reasons["turn"] == [("length", OWN)]
    # Nobody has read the states: no answer, and no word that the tokens were judged.
    assert untold.reasons == {"question": [("length", None)], "turn": [("length", None)]}


@pytest.mark.parametrize("asynchronous", [False, True])
def test_a_turn_with_a_token_that_was_not_judged_runs_on_as_a_plain_one(
    foresight: Foresight, lines: list[list[int]], *, asynchronous: bool
) -> None:
    line, asked = lines[0], stop_arguments(rule(foresight))
    # Up to there nothing is style, and from there on all that the teacher says.
    said: list[float | None] = [*[-9.0] * 24, None, *[9.0] * 400]
    engine = ScheduledEngine(
        student_path(), foreseen={foresight.fingerprint: {"one": said, "last": said}}, asynchronous=asynchronous
    )
    engine.add("one", line[:20], line, extra_args=asked, max_tokens=30, resumable=True)
    # Here that token is the last one.
    engine.add("last", line[:20], line, extra_args=asked, max_tokens=6)
    engine.run()
    assert engine.reasons["last"] == [("length", None)]
    assert (engine.outputs["one"][0], engine.reasons["one"]) == (line[20:50], [("length", None)])
    # The session's next turn is judged again.
    engine.add("one", line[49:52], line, extra_args=asked, max_tokens=30, resumable=True)
    engine.run()
    assert engine.reasons["one"][1] == ("stop", BEFORE)


def test_the_end_of_the_thinking_written_as_text(foresight: Foresight) -> None:
    from tessy.vocabulary import Vocabulary

    line = Vocabulary.load(str(student_path())).encode("So 3 + 4 = 2.</think> 3 + 4 = 2")
    engine = ScheduledEngine(student_path(), foreseen={foresight.fingerprint: {"one": [-9.0] * 500}})
    engine.add("one", line[:2], line, extra_args=stop_arguments(rule(foresight)), max_tokens=15)
    engine.run()
    assert engine.reasons["one"] == [("stop", END)]
    assert Vocabulary.load(str(student_path())).texts([], engine.outputs["one"][0])[0].endswith("2.</think>")
