import asyncio

import pytest

from analysis.annotation.annotator import Annotator
from analysis.annotation.campaign import annotate
from analysis.annotation.choices import PromptName
from analysis.annotation.completion import Completion
from analysis.annotation.faults import NoConnectionError
from analysis.annotation.segments import TraceSegment

SEGMENTS = [TraceSegment(f"q{number}", f"So {number}", "m", "q") for number in range(50)]


async def run(complete, concurrency):
    annotations = []
    judge = Annotator("judge", PromptName.TABLE2, complete)
    await annotate(SEGMENTS, judge, annotations.append, concurrency=concurrency)
    return annotations


@pytest.mark.parametrize("concurrency", [1, 7, 99])
async def test_every_segment_is_annotated_once_with_so_many_in_the_air(concurrency):
    now = most = 0

    async def complete(messages):
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        return Completion('["So"]')

    annotations = await run(complete, concurrency)
    assert sorted(annotation.segment.id for annotation in annotations) == sorted(segment.id for segment in SEGMENTS)
    assert most == min(concurrency, len(SEGMENTS))


async def test_faults_do_not_stop_the_others():
    async def complete(messages):
        if messages[0]["content"].endswith("7\n</text>"):
            raise NoConnectionError("refused")
        return Completion("[]")

    annotations = await run(complete, 4)
    assert [annotation.located is None for annotation in annotations].count(True) == 5
    assert len(annotations) == 50


@pytest.mark.parametrize(("concurrency", "patience"), [(1, 10), (20, 20)])
async def test_an_endpoint_that_is_down_ends_the_run(concurrency, patience):
    calls = 0

    async def complete(messages):
        nonlocal calls
        calls += 1
        raise NoConnectionError("refused")

    with pytest.raises(NoConnectionError):
        await run(complete, concurrency)
    # Those in the air when patience ends may have been sent.
    assert patience <= calls < patience + concurrency
