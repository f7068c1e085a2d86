import json
from functools import cache
from pathlib import Path

import pytest

from tessy.miniature import Task, questions, student_path, style_spans, teacher_path
from tessy.miniature.evaluate import accuracy, alone
from tessy.miniature.interleaving import interleaved, kept
from tessy.miniature.sampling import Writer, load

pytest.importorskip("torch", reason="the models need torch")
ASKED = questions(Task.RUN, 40, 7)


@cache
def student() -> Writer:
    return load(student_path())


@cache
def teacher() -> Writer:
    return load(teacher_path())


@pytest.mark.parametrize("folder", [student_path(), teacher_path()], ids=["student", "teacher"])
def test_a_folder_is_small_and_says_how_it_was_made(folder: Path) -> None:
    assert sum(path.stat().st_size for path in folder.iterdir()) < 2_000_000
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    assert {"seed", "steps", "accuracy"} <= card.keys()


def test_the_student_leaves_room_and_the_teacher_is_strong() -> None:
    assert 0.35 <= accuracy(ASKED, alone(student(), ASKED, temperature=0)) <= 0.85
    assert accuracy(ASKED, alone(teacher(), ASKED, temperature=0)) >= 0.75


def test_the_student_knows_the_tasks_the_teacher_was_never_taught() -> None:
    asked = [question for task in (Task.SORT, Task.REVERSE, Task.COUNT) for question in questions(task, 10, 7)]
    assert accuracy(asked, alone(student(), asked, temperature=0)) >= 0.85


def test_interleaved_answers_are_right_and_hold_only_the_students_style() -> None:
    turns = interleaved(student(), teacher(), ASKED, temperature=0)
    assert accuracy(ASKED, turns) >= 0.85
    assert not any(word in text for text in turns for word in ("Compute", "Done", "Final", ";"))


@pytest.mark.parametrize(
    ("draft", "style", "expected"),
    [
        (" 3 + 4 = 2. Then", False, (" 3 + 4 = 2", True)),
        (" Hmm.", True, (" Hmm", False)),
        (" 3 + 4", True, ("", True)),
        (" 3 +", False, (" 3", False)),
        ("", True, ("", False)),
    ],
)
def test_a_draft_is_kept_up_to_the_first_word_of_the_other_kind(
    draft: str, style: bool, expected: tuple[str, bool]
) -> None:
    assert kept("Okay. First,", draft, style) == expected
    assert style_spans("Okay. First,")
