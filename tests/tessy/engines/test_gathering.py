import asyncio

from tessy.engines.gathering import Gathering


async def arrived(*turns):
    for _ in range(3):
        await asyncio.sleep(0)
    return [turn.done() for turn in turns]


async def test_without_a_time_nobody_waits():
    gathering = Gathering(0, lambda: 100)
    await asyncio.wait_for(gathering.wait(), 1)


async def test_turns_go_together_when_all_that_can_come_are_there():
    gathering = Gathering(60, lambda: 3)
    turns = [asyncio.create_task(gathering.wait()) for _ in range(2)]
    assert await arrived(*turns) == [False, False]
    turns.append(asyncio.create_task(gathering.wait()))
    assert await arrived(*turns) == [True] * 3
    later = asyncio.create_task(gathering.wait())
    assert await arrived(later) == [False]
    later.cancel()


async def test_the_first_waits_no_longer_than_its_time_and_those_after_it_go_with_it():
    gathering = Gathering(0.05, lambda: 100)
    first = asyncio.create_task(gathering.wait())
    await asyncio.sleep(0.02)
    second = asyncio.create_task(gathering.wait())
    await asyncio.wait_for(asyncio.gather(first, second), 5)
    await asyncio.wait_for(gathering.wait(), 5)


async def test_one_that_is_given_up_holds_nobody_up():
    gathering = Gathering(60, lambda: 2)
    given_up = asyncio.create_task(gathering.wait())
    await arrived()
    given_up.cancel()
    await asyncio.wait_for(gathering.wait(), 5)
