from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.spans import words
from tessy.miniature import Task, answer_of, check, questions, style_spans
from tessy.miniature.knowledge import Knowledge, faulty
from tessy.miniature.writers import STUDENT, TEACHER, Style, write

STYLES = ((STUDENT,), (TEACHER,), (STUDENT, TEACHER))


def vocabulary(style: Style) -> set[str]:
    slots = (style.openings, style.leads, style.pauses, style.transitions, style.closings, style.ends)
    phrases = [phrase for slot in (*slots, style.doubts, style.reliefs) for phrase in slot]
    return {word.text for phrase in phrases for word in words(phrase)}


@given(st.sampled_from(list(Task)), st.integers(), st.sampled_from(STYLES), st.sampled_from((1, 2)))
def test_every_trace_announces_a_right_answer(kind: Task, seed: int, styles: tuple[Style, ...], dense: int) -> None:
    question = questions(kind, 1, seed)[0]
    steps, answer = Knowledge().solve(question.prompt, dense)
    text = write(steps, answer, styles, Random(seed))
    assert check(question, answer)
    assert text.rstrip(".!").endswith(f" {answer_of(question)}")


@given(st.sampled_from(list(Task)), st.integers(), st.sampled_from(STYLES))
def test_the_truth_agrees_with_the_construction(kind: Task, seed: int, styles: tuple[Style, ...]) -> None:
    steps, answer = Knowledge().solve(questions(kind, 1, seed)[0].prompt)
    # The choices do not depend on what the steps say, so the same seed shows the phrases around a placeholder.
    text = write(steps, answer, styles, Random(seed))
    frame = write(["\n"] * len(steps), "\n", styles, Random(seed))
    spans = style_spans(text)
    style = [word.text for word in words(text) if any(span.start <= word.start < span.end for span in spans)]
    assert style == [word.text for word in words(frame)]
    capability = [word.text for word in words(text) if all(word.start not in range(s.start, s.end) for s in spans)]
    assert set(capability) <= {word.text for step in (*steps, answer) for word in words(step)}


def test_the_writers_share_no_word_and_no_phrase_is_capability() -> None:
    assert not vocabulary(STUDENT) & vocabulary(TEACHER)
    for word in vocabulary(STUDENT) | vocabulary(TEACHER):
        assert style_spans(word), word


def test_dense_steps_take_two_operations() -> None:
    assert Knowledge().solve("run 3 + 4 * 2 - 1", 2)[0] == ["3 + 4 * 2 = 4", "4 - 1 = 3"]
    assert Knowledge().solve("run 3 + 4 * 2 - 1", 1)[0] == ["3 + 4 = 2", "2 * 2 = 4", "4 - 1 = 3"]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_wrong_facts_are_consistent_and_as_many_as_asked(seed: int) -> None:
    knowledge = faulty(0.15, seed)
    assert len(knowledge.errors) == 11
    assert knowledge == faulty(0.15, seed)
    for (left, operator, right), value in knowledge.errors.items():
        assert not check(f"run {left} {operator} {right}", str(value))
        assert knowledge.solve(f"run {left} {operator} {right}")[1] == str(value)
