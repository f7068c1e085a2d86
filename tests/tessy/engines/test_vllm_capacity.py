import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tessy.engines.block_layout import BlockLayout
from tessy.engines.vllm_capacity import Capacity

PLAIN = BlockLayout(10, [(16, 0)], 2048)


class Session:
    """Remembers whether it still holds anything."""

    def __init__(self):
        self.holds = False

    def evict(self):
        assert self.holds
        self.holds = False


async def turn(capacity, session, tokens, keeps=None):
    await capacity.take(session, tokens)
    session.holds = True
    capacity.give(session, tokens if keeps is None else keeps)


async def test_the_last_to_become_idle_goes_first_and_no_more_than_needed():
    capacity, sessions = Capacity(PLAIN, 10), [Session() for _ in range(4)]
    for session in sessions[:3]:
        await turn(capacity, session, 48)
    await turn(capacity, sessions[3], 32)
    assert [session.holds for session in sessions] == [True, True, False, True]
    await turn(capacity, sessions[0], 64)
    assert [session.holds for session in sessions] == [True, True, False, True]


async def test_the_number_of_sessions_is_kept():
    capacity, sessions = Capacity(PLAIN, 2), [Session() for _ in range(3)]
    for session in sessions:
        await turn(capacity, session, 1)
    assert sum(session.holds for session in sessions) == 2
    assert (capacity.busy, capacity.idle) == (0, 2)


async def test_a_turn_waits_for_room_and_nobody_overtakes_it():
    capacity, (first, large, small) = Capacity(PLAIN, 10), (Session() for _ in range(3))
    await capacity.take(first, 96)
    waiting = [asyncio.create_task(capacity.take(session, size)) for session, size in ((large, 96), (small, 16))]
    await asyncio.sleep(0)
    assert not any(task.done() for task in waiting)
    capacity.drop(first)
    await asyncio.wait_for(asyncio.gather(*waiting), 1)
    assert capacity.busy == 2


async def test_who_is_cancelled_while_waiting_makes_room_for_the_next():
    capacity, (first, second, third) = Capacity(PLAIN, 10), (Session() for _ in range(3))
    await capacity.take(first, 100)
    waiting = [asyncio.create_task(capacity.take(session, size)) for session, size in ((second, 160), (third, 16))]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.wait_for(waiting[1], 1)
    with pytest.raises(asyncio.CancelledError):
        await waiting[0]


async def test_one_that_is_cancelled_when_its_turn_has_just_come_gives_the_room_back():
    capacity, (first, second) = Capacity(PLAIN, 10), (Session() for _ in range(2))
    await capacity.take(first, 160)
    waiting = asyncio.create_task(capacity.take(second, 160))
    await asyncio.sleep(0)
    capacity.drop(first)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert capacity.busy == 0


async def test_a_context_larger_than_all_there_is_runs_alone():
    capacity, (idle, large) = Capacity(PLAIN, 10), (Session() for _ in range(2))
    await turn(capacity, idle, 16)
    await asyncio.wait_for(turn(capacity, large, 1_000), 1)
    assert not idle.holds
    await asyncio.wait_for(turn(capacity, idle, 16), 1)
    assert not large.holds


TURNS = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 200), st.integers(0, 3)), max_size=40)


@settings(max_examples=100)
@given(TURNS)
async def test_everybody_has_a_turn_and_what_is_held_always_fits(turns):
    capacity, sessions = Capacity(PLAIN, 4), [Session() for _ in range(6)]
    held = {}

    async def work(index):
        for session, tokens, pause in turns:
            if session == index:
                await capacity.take(sessions[index], tokens)
                sessions[index].holds = True
                held[index] = PLAIN.needed(tokens)
                holding = [count for other, count in held.items() if sessions[other].holds]
                assert sum(holding) <= PLAIN.blocks or len(holding) == 1
                assert len(holding) <= 4
                for _ in range(pause):
                    await asyncio.sleep(0)
                capacity.give(sessions[index], tokens)

    await asyncio.wait_for(asyncio.gather(*map(work, range(6))), 5)
    assert capacity.busy == 0
