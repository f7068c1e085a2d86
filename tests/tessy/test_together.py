import asyncio

import pytest

from tessy.together import Together


class Answers:
    """Doubles numbers, and remembers the batches; a negative one is an error."""

    def __init__(self):
        self.batches = []
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def __call__(self, numbers):
        self.batches.append(numbers)
        self.begun.set()
        await self.may_end.wait()
        if min(numbers) < 0:
            raise ValueError(f"{min(numbers)} is negative")
        return [2 * number for number in numbers]


async def test_who_asks_at_the_same_time_shares_a_batch():
    answers = Answers()
    together = Together(answers)
    assert await asyncio.gather(*map(together.ask, range(5))) == [0, 2, 4, 6, 8]
    assert answers.batches == [[0, 1, 2, 3, 4]]
    assert await together.ask(7) == 14


async def test_who_asks_while_an_answer_is_made_shares_the_next_one():
    answers = Answers()
    answers.may_end.clear()
    together = Together(answers)
    first = asyncio.create_task(together.ask(1))
    await answers.begun.wait()
    others = [asyncio.create_task(together.ask(number)) for number in (2, 3)]
    await asyncio.sleep(0)
    answers.may_end.set()
    assert await asyncio.gather(first, *others) == [2, 4, 6]
    assert answers.batches == [[1], [2, 3]]


async def test_a_batch_is_no_larger_than_it_may_be():
    answers = Answers()
    together = Together(answers, most=2)
    assert await asyncio.gather(*map(together.ask, range(5))) == [0, 2, 4, 6, 8]
    assert answers.batches == [[0, 1], [2, 3], [4]]


async def test_an_error_belongs_to_those_who_asked_in_its_batch():
    answers = Answers()
    together = Together(answers, most=2)
    found = await asyncio.gather(*map(together.ask, (1, -1, 2)), return_exceptions=True)
    assert [str(answer) for answer in found] == ["-1 is negative", "-1 is negative", "4"]


async def test_who_is_cancelled_before_a_batch_begins_is_not_in_it():
    answers = Answers()
    together = Together(answers)
    asked = [asyncio.create_task(together.ask(number)) for number in range(3)]
    await asyncio.sleep(0)
    asked[1].cancel()
    assert (await asked[0], await asked[2]) == (0, 4)
    assert asked[1].cancelled()
    assert answers.batches == [[0, 2]]


async def test_who_is_cancelled_in_a_batch_leaves_the_others_their_answers():
    answers = Answers()
    answers.may_end.clear()
    together = Together(answers)
    asked = [asyncio.create_task(together.ask(number)) for number in range(3)]
    await answers.begun.wait()
    asked[1].cancel()
    answers.may_end.set()
    assert (await asked[0], await asked[2]) == (0, 4)
    with pytest.raises(asyncio.CancelledError):
        await asked[1]


async def test_who_waits_when_it_is_closed_is_cancelled():
    answers = Answers()
    answers.may_end.clear()
    together = Together(answers)
    await together.close()
    in_work = asyncio.create_task(together.ask(1))
    await answers.begun.wait()
    waiting = asyncio.create_task(together.ask(2))
    await asyncio.sleep(0)
    await together.close()
    answers.may_end.set()
    await asyncio.wait([in_work, waiting], timeout=10)
    assert (in_work.cancelled(), waiting.cancelled()) == (True, True)
    assert answers.batches == [[1]]
