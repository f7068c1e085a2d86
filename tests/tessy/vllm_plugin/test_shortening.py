"""A turn that goes on from an earlier token of its session, in vLLM's own scheduler without a model."""

import pytest

from tessy.miniature import student_path
from tests.support.scheduling import ScheduledEngine

pytest.importorskip("vllm", reason="vLLM is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("plugin")]
LINE = list(range(1_000, 1_400))
OTHER = list(range(5_000, 5_400))


def two_turns(*, asynchronous, made, keep, prompt=40):
    """Run a turn of so many tokens, and a second one that keeps so many of the session and reads two others."""
    engine = ScheduledEngine(student_path(), asynchronous=asynchronous, checked=True)
    engine.add("one", LINE[:prompt], LINE, max_tokens=made, resumable=True)
    engine.run()
    line = [*LINE[:keep], *OTHER]
    engine.add("one", OTHER[:2], line, max_tokens=5, resumable=True, extra_args={"tessy_keep": keep})
    engine.run()
    return engine


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize(("made", "keep"), [(9, 47), (9, 44), (9, 40), (9, 38), (3, 33), (20, 59)])
def test_the_next_turn_goes_on_from_where_it_is_told(made, keep, asynchronous):
    engine = two_turns(asynchronous=asynchronous, made=made, keep=keep)
    first, second = engine.outputs["one"]
    assert first == LINE[40 : 40 + made]
    assert second == OTHER[2:7]
    request = engine.requests["one"]
    said = [*LINE[:keep], *OTHER[:2], *second]
    assert list(request.all_token_ids)[: len(said)] == said
    assert request.prompt_token_ids == said[: keep + 2]
    assert request.num_prompt_tokens == keep + 2


@pytest.mark.parametrize("keep", [48, 200, -3, "x", 0, None])
def test_what_cannot_be_kept_changes_nothing(keep):
    engine = ScheduledEngine(student_path(), checked=True)
    engine.add("one", LINE[:40], LINE, max_tokens=9, resumable=True)
    engine.run()
    engine.add("one", LINE[48:50], LINE, max_tokens=5, resumable=True, extra_args={"tessy_keep": keep})
    engine.run()
    assert engine.outputs["one"] == [LINE[40:49], LINE[50:55]]
