import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.errors import DataError, UsageError
from detectors.spans import words
from tessy.miniature import Task, answer_of, check, questions, style_spans


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        ("run 3 + 4 * 2 - 1", "3"),
        ("run 0 - 1 - 1 - 1", "2"),
        ("sort d a c", "a c d"),
        ("reverse d a c b", "b c a d"),
        ("count a in b a c a", "2"),
        ("count f in b a c a", "0"),
    ],
)
def test_answers_are_worked_out_from_the_prompt(prompt: str, answer: str) -> None:
    assert answer_of(prompt) == answer
    assert check(prompt, answer)


@pytest.mark.parametrize("answer", ["", "4", "3.", "3 3", "<think>\n3", "<think>\n3\n</think>\n\n4"])
def test_wrong_answers_are_refused(answer: str) -> None:
    assert not check("run 3 + 4 * 2 - 1", answer)


def test_a_whole_trace_is_checked_by_what_follows_its_thinking() -> None:
    assert check("sort b a c", "<think>\nb a c\n</think>\n\n a b  c\n")


@pytest.mark.parametrize(
    "prompt", ["", "run", "run 7 + 1", "sort 3 1", "count a of b", "run 3 + 4 * 2 -", "walk 1 + 1"]
)
def test_a_prompt_of_another_world_is_an_error(prompt: str) -> None:
    with pytest.raises(DataError, match="not a question"):
        answer_of(prompt)


@given(st.sampled_from(list(Task)), st.integers(0, 50), st.integers())
def test_questions_are_different_seeded_and_answerable(kind: Task, count: int, seed: int) -> None:
    drawn = questions(kind, count, seed)
    assert len({question.prompt for question in drawn}) == len({question.id for question in drawn}) == count
    assert drawn == questions(str(kind), count, seed)
    assert all(answer_of(question) for question in drawn)


def test_seeds_give_different_questions() -> None:
    assert {q.prompt for q in questions("run", 50, 1)} != {q.prompt for q in questions("run", 50, 2)}


def test_an_unknown_task_and_too_many_questions_are_errors() -> None:
    with pytest.raises(UsageError, match="'walk'"):
        questions("walk", 1, 0)
    with pytest.raises(UsageError, match="481"):
        questions("sort", 481, 0)


def test_the_truth_about_style_in_a_mixed_text() -> None:
    text = "Okay, let's see. First, 3 + 4 = 2; thus a = 1.\nDone! Final: b c!"
    spans = style_spans(text)
    style = [word.text for word in words(text) if any(span.start <= word.start < span.end for span in spans)]
    assert style == ["Okay", ",", "let's", "see", ".", "First", ",", ";", "thus", ".", "Done", "!", "Final", ":", "!"]


@given(st.text())
def test_style_spans_cover_whole_words_of_any_text(text: str) -> None:
    spans = style_spans(text)
    for word in words(text):
        inside = [span for span in spans if span.start < word.end and word.start < span.end]
        assert len(inside) <= 1
        assert all(span.start <= word.start and word.end <= span.end for span in inside)
    assert all(left.end <= right.start for left, right in itertools.pairwise(spans))
