"""What a request leaves is what the next one of its session goes on from, in vLLM's own scheduler without a model."""

from itertools import count, islice
from random import Random

import pytest

from tessy.miniature import student_path
from tessy.vllm_plugin.extra_args import session_argument
from tests.support.scheduling import BLOCK_SIZE, ScheduledEngine

pytest.importorskip("vllm", reason="vLLM is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("plugin")]
LINE = list(range(1_000, 1_400))
OTHER = list(range(5_000, 5_400))
SESSION = session_argument("a session")


def turn(engine, name, prompt, line, made, session=SESSION, **settings):
    """Run one request to its end; return how many of its prompt's tokens were not read."""
    engine.add(name, line[:prompt], line, max_tokens=made, extra_args=session, **settings)
    cached = engine.requests[name].prefill_stats
    engine.run()
    assert engine.outputs[name] == [line[prompt : prompt + made]]
    return cached.num_cached_tokens


def free(engine):
    return engine.scheduler.kv_cache_manager.block_pool.get_num_free_blocks()


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize(("made", "keep"), [(9, 48), (9, 47), (9, 44), (9, 40), (3, 33), (20, 59)])
def test_the_next_request_reads_only_what_is_new(made, keep, asynchronous):
    engine = ScheduledEngine(student_path(), asynchronous=asynchronous, checked=True)
    turn(engine, "one", 40, LINE, made)
    line = [*LINE[:keep], *OTHER]
    assert turn(engine, "two", keep + 3, line, 30) == keep
    assert turn(engine, "three", keep + 40, line, 30) == keep + 3 + 29


def test_where_whole_blocks_would_change_the_prefix_cache_has_them():
    engine = ScheduledEngine(student_path(), checked=True)
    turn(engine, "one", 40, LINE, 40)
    assert turn(engine, "two", 60, [*LINE[:50], *OTHER], 5) == BLOCK_SIZE
    # The first one's blocks are as they were.
    assert turn(engine, "three", 79, LINE, 5, session=session_argument("another")) == 2 * BLOCK_SIZE


@pytest.mark.parametrize("session", [None, {"tessy_session": ""}, {"tessy_session": "x" * 200}, {"tessy_session": 3}])
def test_without_a_name_nothing_is_held(session):
    engine = ScheduledEngine(student_path(), checked=True)
    before = free(engine)
    turn(engine, "one", 40, LINE, 9, session)
    assert free(engine) == before
    assert turn(engine, "two", 50, LINE, 9, session) == BLOCK_SIZE


def test_with_drafts_nothing_is_held():
    engine = ScheduledEngine(student_path(), drafts=2)
    before = free(engine)
    turn(engine, "one", 40, LINE, 9)
    assert free(engine) == before


def test_an_answer_that_was_lost_may_be_asked_for_again():
    engine = ScheduledEngine(student_path(), checked=True)
    turn(engine, "one", 40, LINE, 9)
    assert turn(engine, "two", 40, LINE, 9) == 39


def test_a_request_that_is_given_up_leaves_nothing():
    from vllm.v1.request import RequestStatus

    engine = ScheduledEngine(student_path(), checked=True)
    before = free(engine)
    engine.add("one", LINE[:40], LINE, max_tokens=20, extra_args=SESSION)
    engine.step()
    engine.scheduler.finish_requests("one", RequestStatus.FINISHED_ABORTED)
    assert free(engine) == before


def test_what_is_held_makes_room():
    # Ten blocks, one of which is vLLM's own: three requests of three blocks fill them.
    engine = ScheduledEngine(student_path(), blocks=10, checked=True)
    lines = [[1_000 * (number + 1) + place for place in range(400)] for number in range(5)]
    for number, line in enumerate(lines):
        turn(engine, f"first {number}", 70, line, 9, session_argument(str(number)))
    assert [
        turn(engine, f"second {number}", 75, lines[number], 9, session_argument(str(number))) for number in (4, 3, 0)
    ] == [74, 74, 0]
    assert not any(request.num_preemptions for request in engine.requests.values())


def test_who_waits_with_what_it_has_taken_up_gives_it_to_who_runs():
    # Of seven blocks, three are held and three run; the held ones' next request needs six, so it waits with three.
    engine = ScheduledEngine(student_path(), blocks=8, checked=True)
    turn(engine, "one", 70, LINE, 9)
    engine.add("running", OTHER[:70], OTHER, max_tokens=80)
    engine.step()
    engine.add("two", LINE[:170], LINE, max_tokens=5, extra_args=SESSION)
    engine.step()
    assert engine.requests["two"].num_computed_tokens == 78
    engine.run()
    assert engine.outputs["running"] == [OTHER[70:150]]
    assert engine.outputs["two"] == [LINE[170:175]]
    assert not any(request.num_preemptions for request in engine.requests.values())


def test_no_more_is_held_than_can_be_of_use():
    engine = ScheduledEngine(student_path(), most_requests=2, checked=True)
    lines = [[1_000 * (number + 1) + place for place in range(400)] for number in range(6)]
    for number, line in enumerate(lines):
        turn(engine, f"first {number}", 40, line, 9, session_argument(str(number)))
    # Twice as many as run at once: the oldest two have only the prefix cache.
    cached = [
        turn(engine, f"second {number}", 49, lines[number], 1, session_argument(str(number))) for number in (1, 5)
    ]
    assert cached == [BLOCK_SIZE, 48]


def test_who_goes_on_from_what_is_held_overtakes_nobody():
    engine = ScheduledEngine(student_path(), most_requests=1, checked=True)
    turn(engine, "one", 40, LINE, 9)
    for name, line, session in (("running", OTHER, None), ("waiting", OTHER[100:], None), ("two", LINE, SESSION)):
        engine.add(name, line[:50], line, max_tokens=5, extra_args=session)
    engine.run()
    assert list(engine.reasons) == ["one", "running", "waiting", "two"]


def test_the_prefix_cache_can_be_emptied():
    engine = ScheduledEngine(student_path(), checked=True)
    turn(engine, "one", 40, LINE, 9)
    assert engine.scheduler.reset_prefix_cache()
    assert turn(engine, "two", 49, LINE, 9) == 0


@pytest.mark.parametrize(
    ("blocks", "asynchronous", "interruptions"), [(100, False, 0), (100, True, 0), (14, True, 0), (30, False, 23)]
)
def test_whatever_sessions_do_they_read_their_own_tokens(blocks, asynchronous, interruptions):
    """Rounds of requests at once, some of whose tokens are thrown away, and others read in their place."""
    draw = Random(blocks + asynchronous)
    engine = ScheduledEngine(
        student_path(), blocks=blocks, asynchronous=asynchronous, interruptions=interruptions, checked=True
    )
    texts: dict[int, list[int]] = {}
    fresh, stats = count(1_000), []
    for step in range(60):
        asked = {}
        for session in draw.sample(range(4), draw.randint(1, 4)):
            text = texts.get(session, [])
            if not text or len(text) > min(20 * blocks, 350):
                text = list(islice(fresh, draw.randint(1, 70)))
            line, made = [*text, *islice(fresh, 60)], draw.randint(1, 50)
            name = f"{session} {step}"
            engine.add(name, text, line, max_tokens=made, extra_args=session_argument(str(session)))
            stats.append(engine.requests[name].prefill_stats)
            kept = len(text) + max(made - draw.choice((0, 1, 1, 1, 2, 9, 40)), 0)
            texts[session] = [*line[:kept], *islice(fresh, draw.randint(1, 30))]
            asked[name] = line[len(text) : len(text) + made]
        engine.run()
        assert {name: engine.outputs[name] for name in asked} == {name: [made] for name, made in asked.items()}
    # The prefix cache alone has whole blocks.
    assert sum(found.num_cached_tokens % BLOCK_SIZE > 0 for found in stats) > 20
