import pytest

from analysis.annotation.annotator import Annotator
from analysis.annotation.choices import PromptName
from analysis.annotation.completion import Completion
from analysis.annotation.faults import ServerFailureError
from analysis.annotation.segments import TraceSegment

SEGMENT = TraceSegment("q|m|0", "So 3. Wait, 4.", "m", "q")


def annotator(*answers, tries=3):
    """An annotator that gives these answers, and the dialogues it was sent."""
    dialogues, left = [], list(answers)

    async def complete(messages):
        dialogues.append(messages)
        answer = left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Completion) else Completion(answer, False, 10, 2)

    return Annotator("judge", PromptName.TABLE2, complete, tries), dialogues


async def test_an_answer_becomes_a_row():
    judge, _ = annotator('["So", "Wait,"]')
    annotation = await judge.annotate(SEGMENT)
    assert (annotation.failures, annotation.prompt_tokens, annotation.completion_tokens) == ((), 10, 2)
    assert judge.row(annotation) == {
        "id": "q|m|0",
        "model": "m",
        "question": "q",
        "text": "So 3. Wait, 4.",
        "annotator": "judge",
        "prompt": "table2",
        "spans": [[0, 2], [6, 11]],
        "ambiguous": False,
    }


async def test_a_bad_answer_is_named_to_the_model_and_asked_again():
    judge, dialogues = annotator("So", '["Perhaps"]', '["So"]')
    annotation = await judge.annotate(SEGMENT)
    assert [type(failure.error).__name__ for failure in annotation.failures] == ["BadJsonError", "ParaphrasedSpanError"]
    assert annotation.prompt_tokens == 30
    first, second, third = dialogues
    assert second[:1] == third[:1] == first
    assert "not JSON" in second[2]["content"]
    assert third[1]["content"] == '["Perhaps"]'
    assert "the span 'Perhaps' does not stand in the text" in third[2]["content"]


async def test_the_last_bad_answer_makes_an_error_row_with_every_raw_answer():
    judge, _ = annotator("So", Completion('["So"', True))
    annotation = await Annotator("judge", PromptName.STRICT, judge.complete, 2).annotate(SEGMENT)
    assert annotation.located is None
    row = judge.row(annotation)
    assert "spans" not in row
    assert (row["error"]["type"], row["error"]["answer"]) == ("CutOffAnswerError", '["So"')
    assert [(fault["type"], fault["answer"]) for fault in row["earlier"]] == [("BadJsonError", "So")]


async def test_an_endpoint_without_answer_is_not_asked_again():
    judge, dialogues = annotator("So", ServerFailureError("status 500", where="http://a"), '["So"]')
    annotation = await judge.annotate(SEGMENT)
    assert (annotation.located, len(dialogues)) == (None, 2)
    row = judge.row(annotation)
    assert row["error"] == {"type": "ServerFailureError", "message": "http://a: status 500", "answer": ""}
    assert [fault["answer"] for fault in row["earlier"]] == ["So"]


async def test_a_bug_is_no_fault():
    judge, _ = annotator(KeyError("bug"))
    with pytest.raises(KeyError):
        await judge.annotate(SEGMENT)
