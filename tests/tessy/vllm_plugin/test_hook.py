"""Around vLLM's real scheduler, with given lines in place of a model."""

from collections.abc import Sequence

import pytest

from tessy.engines.base import StopRule
from tessy.miniature import student_path
from tessy.vllm_plugin.extra_args import BOUNDARY, END, READY, probe_arguments, stop_arguments
from tessy.watch import BoundaryFinder
from tests.support.scheduling import WAYS, ScheduledEngine, Turn, take_turns

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("plugin")]
MOST = 60
ALL_WAYS = {**WAYS, "several tokens a step": {"drafts": 3}}


def stop_of(finder: BoundaryFinder, rule: StopRule, tokens: Sequence[int], least: int = 0) -> tuple[int, object]:
    """Return after how many tokens a request stops, and its stop reason."""
    watch = finder.watch(rule.before, writes_style=rule.writes_style, first_word_is_own=rule.first_word_is_own)
    decided = any(watch.push(token) for token in rule.open_ids)
    for count, token in enumerate(tokens[:MOST], start=1):
        decided = watch.push(token) or decided
        if count == MOST:
            break
        if decided and count >= least:
            return count, END if watch.ended else BOUNDARY
    return MOST, None


def rule(finder: BoundaryFinder, *, style: bool, own: bool = False, opened: Sequence[int] = ()) -> StopRule:
    return StopRule(finder.fingerprint, "", writes_style=style, first_word_is_own=own, open_ids=tuple(opened))


@pytest.mark.parametrize("way", ALL_WAYS)
def test_requests_stop_where_the_finder_says(way: str, finder: BoundaryFinder, lines: list[list[int]]) -> None:
    engine = ScheduledEngine(student_path(), **ALL_WAYS[way])
    expected = {}
    for number, line in enumerate(lines):
        for start in (30, 47, 62):
            for style in (False, True):
                name = f"{number} {start} {style}"
                opened = line[start - 2 : start] if start == 30 else ()
                asked = rule(finder, style=style, own=start == 62, opened=opened)
                length, reason = stop_of(finder, asked, line[start:])
                expected[name] = (line[start : start + length], reason)
                engine.add(name, line[:start], line, extra_args=stop_arguments(asked), max_tokens=MOST)
    engine.run()
    assert {name: (engine.outputs[name][0], engine.reasons[name][0][1]) for name in expected} == expected
    lengths = {len(output) for output, _ in expected.values()}
    assert len(lengths) > 8
    preempted = sum(request.num_preemptions for request in engine.requests.values())
    assert (preempted > 0) == bool({"blocks", "interruptions"} & set(ALL_WAYS[way]))


@pytest.mark.parametrize("way", ["step by step", "one step ahead", "interrupted", "interrupted, one step ahead"])
def test_the_turns_of_a_session_stop_each_by_its_own_rule(
    way: str, finder: BoundaryFinder, lines: list[list[int]]
) -> None:
    engine = ScheduledEngine(student_path(), **WAYS[way])

    def turn_of(name: str, turn: int, start: int) -> Turn:
        if turn == 3:
            return None, MOST, None
        asked = rule(finder, style=bool(turn % 2))
        return stop_arguments(asked), *stop_of(finder, asked, lines[int(name)][start:])

    take_turns(engine, lines, MOST, turn_of)
    preempted = sum(request.num_preemptions for request in engine.requests.values())
    assert (preempted > 0) == ("interruptions" in WAYS[way])


def test_turns_that_share_their_parameters_are_told_apart(finder: BoundaryFinder, lines: list[list[int]]) -> None:
    from vllm import SamplingParams

    asked = rule(finder, style=False)
    parameters = SamplingParams(max_tokens=MOST, detokenize=False, extra_args=stop_arguments(asked))
    engine = ScheduledEngine(student_path())
    line, position = lines[0], 20
    for turn in range(8):
        start = position + (1 if turn else 0)
        engine.add("one", line[position:start] if turn else line[:start], line, parameters=parameters, resumable=True)
        engine.run()
        length, _ = stop_of(finder, asked, line[start:])
        assert engine.outputs["one"][-1] == line[start : start + length]
        position = start + length - 1


def test_vllm_stops_first(finder: BoundaryFinder, lines: list[list[int]]) -> None:
    line, asked = lines[0], rule(finder, style=False)
    start = next(start for start in range(20, 300) if 5 < stop_of(finder, asked, line[start:])[0] < MOST - 10)
    length, _ = stop_of(finder, asked, line[start:])
    settings = {
        "min": {"min_tokens": length + 7},
        "max": {"max_tokens": 3},
        "stop": {"stop_token_ids": [line[start + length - 1]]},
        "exact": {"min_tokens": length},
    }
    engine = ScheduledEngine(student_path())
    for name, more in settings.items():
        engine.add(name, line[:start], line, extra_args=stop_arguments(asked), **{"max_tokens": MOST, **more})
    engine.run()
    ends = {name: (len(engine.outputs[name][0]), *engine.reasons[name][0]) for name in settings}
    stopped = line[start:].index(line[start + length - 1]) + 1
    assert ends == {
        "min": (length + 7, "stop", BOUNDARY),
        "max": (3, "length", None),
        "stop": (stopped, "stop", line[start + length - 1]),
        "exact": (length, "stop", BOUNDARY),
    }


def test_a_stop_reason_does_not_outlive_its_turn(finder: BoundaryFinder, lines: list[list[int]]) -> None:
    line, asked = lines[0], rule(finder, style=False)
    engine = ScheduledEngine(student_path())
    engine.add("one", line[:20], line, extra_args=stop_arguments(asked), max_tokens=MOST, resumable=True)
    engine.run()
    start = 20 + len(engine.outputs["one"][0])
    engine.add("one", line[start - 1 : start], line, max_tokens=2, resumable=True)
    engine.run()
    assert engine.reasons["one"] == [("stop", BOUNDARY), ("length", None)]


def test_who_asks_nothing_or_nonsense_runs_as_ever(finder: BoundaryFinder, lines: list[list[int]]) -> None:
    fingerprint = finder.fingerprint
    asked = {
        "nothing": None,
        "something else": {"other": 1},
        "unknown": {"tessy_detector": "0" * 16, "tessy_style": 1},
        "unknown probe": probe_arguments("0" * 16),
        "a number": {"tessy_detector": 7},
        "words": {"tessy_detector": fingerprint, "tessy_style": "yes"},
        "flags": {"tessy_detector": fingerprint, "tessy_style": [1]},
        "before": {"tessy_detector": fingerprint, "tessy_before": 0.5},
        "open": {"tessy_detector": fingerprint, "tessy_open": [1, -3]},
        "long": {"tessy_detector": fingerprint, "tessy_before": "so " * 50_000},
        "half a character": {"tessy_detector": fingerprint, "tessy_before": "\ud800"},
        "beyond the vocabulary": {"tessy_detector": fingerprint, "tessy_open": [2**31 - 1]},
    }
    engine = ScheduledEngine(student_path())
    line = lines[0]
    for name, arguments in asked.items():
        engine.add(name, line[:20], line, extra_args=arguments, max_tokens=MOST)
    engine.add("probe", line[:20], line, extra_args=probe_arguments(fingerprint), max_tokens=MOST)
    engine.run()
    outputs = {name: engine.outputs[name][0] for name in asked}
    may_stop = {"half a character", "beyond the vocabulary"}
    assert {name for name, output in outputs.items() if output != line[20 : 20 + MOST]} <= may_stop
    assert (engine.outputs["probe"][0], engine.reasons["probe"]) == ([line[20]], [("stop", READY)])


def test_the_end_of_the_thinking_written_as_text(finder: BoundaryFinder) -> None:
    from tessy.vocabulary import Vocabulary

    vocabulary = Vocabulary.load(str(student_path()))
    line = vocabulary.encode("Okay, so 3 + 4 = 2. So the answer is 2.</think> 3 + 4")
    start = len(vocabulary.encode("Okay, so 3 + 4 = 2."))
    engine = ScheduledEngine(student_path())
    engine.add("one", line[:start], line, extra_args=stop_arguments(rule(finder, style=True, own=True)), max_tokens=30)
    engine.run()
    length, reason = stop_of(finder, rule(finder, style=True, own=True), line[start:])
    assert engine.outputs["one"][0] == line[start : start + length]
    assert engine.reasons["one"] == [("stop", reason)]


def test_tokens_that_cannot_be_pushed_at_once_are_pushed_one_by_one(
    finder: BoundaryFinder, lines: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        failures.append(1)
        raise ArithmeticError("at once")

    failures: list[int] = []
    monkeypatch.setattr(BoundaryFinder, "push_states", fail)
    engine = ScheduledEngine(student_path(), asynchronous=True)
    asked = rule(finder, style=False)
    for number, line in enumerate(lines):
        engine.add(str(number), line[:20], line, extra_args=stop_arguments(asked), max_tokens=MOST)
    engine.run()
    for number, line in enumerate(lines):
        length, reason = stop_of(finder, asked, line[20:])
        assert (engine.outputs[str(number)][0], engine.reasons[str(number)][0][1]) == (line[20 : 20 + length], reason)
    assert failures


def test_a_detector_that_fails_leaves_its_requests_plain(
    finder: BoundaryFinder, lines: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ArithmeticError("no watch")

    monkeypatch.setattr(BoundaryFinder, "watch", fail)
    engine = ScheduledEngine(student_path())
    for number, line in enumerate(lines):
        arguments = stop_arguments(rule(finder, style=False))
        engine.add(str(number), line[:20], line, extra_args=arguments, max_tokens=MOST)
    engine.run()
    assert [engine.outputs[str(number)][0] for number in range(len(lines))] == [line[20 : 20 + MOST] for line in lines]
