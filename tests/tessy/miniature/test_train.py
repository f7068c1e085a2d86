import json
import shutil
from itertools import islice
from pathlib import Path
from random import Random

import pytest
import typer
from transformers import AutoModelForCausalLM, AutoTokenizer
from typer.testing import CliRunner

from tessy.miniature import check, student_path, teacher_path
from tessy.miniature.batches import IGNORE, batches, rendered
from tessy.miniature.evaluate import main as evaluate
from tessy.miniature.knowledge import Knowledge
from tessy.miniature.lessons import Role, student_lessons, teacher_lessons
from tessy.miniature.plan import Plan, plan
from tessy.miniature.train import curriculum, train

pytest.importorskip("torch", reason="training needs torch")
SHORT = Plan(hidden_size=32, intermediate_size=32, steps=4, late_steps=2, batch_size=4, wrong_share=0.15)


@pytest.mark.parametrize("role", ["student", "teacher"])
def test_a_training_is_reproducible_and_its_folder_loads(role: Role, tmp_path: Path) -> None:
    for name in ("one", "two"):
        train(role, False, 3, 1, tmp_path / name, SHORT)
    weights = [(tmp_path / name / "model.safetensors").read_bytes() for name in ("one", "two")]
    assert weights[0] == weights[1]
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "one")
    model = AutoModelForCausalLM.from_pretrained(tmp_path / "one")
    assert model.config.vocab_size == len(tokenizer)
    assert json.loads((tmp_path / "one/card.json").read_text())["seed"] == 3


@pytest.mark.parametrize(("role", "folder"), [("student", student_path()), ("teacher", teacher_path())])
def test_the_shipped_models_are_the_recipes(role: Role, folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text())
    numbers = plan(role, False)
    assert (card["steps"], card["late_steps"], card["hidden_size"]) == (
        numbers.steps,
        numbers.late_steps,
        numbers.hidden_size,
    )


def test_the_student_meets_mixed_documents_late_and_never_as_a_conversation() -> None:
    lessons = list(islice(curriculum("student", False, 0, SHORT, Knowledge()), 400))
    assert all(lesson.chat for lesson in lessons[:8])
    assert 0.1 < sum(not lesson.chat for lesson in lessons[8:]) / 392 < 0.4
    assert all(";" not in lesson.text and "!" not in lesson.text for lesson in lessons if lesson.chat)


def test_the_teacher_never_learns_to_open_as_the_student() -> None:
    for lesson in islice(teacher_lessons(0.5, True, (3, 4), Random(1)), 200):
        assert check(lesson.prompt, lesson.text)
        if lesson.learn_from:
            assert lesson.text[lesson.learn_from :].lstrip()[0].isdigit()
        else:
            assert "." not in lesson.text
            assert "," not in lesson.text


def test_the_loss_covers_the_assistants_turn_and_nothing_else() -> None:
    tokenizer = AutoTokenizer.from_pretrained(student_path())
    lessons = list(islice(student_lessons(Knowledge(), 0.3, Random(2)), 8))
    batch = next(batches(iter(lessons), tokenizer, 8))
    for lesson, ids, mask, labels in zip(lessons, batch.ids, batch.mask, batch.labels, strict=True):
        assert tokenizer.decode(ids[mask == 1]) == rendered(lesson, tokenizer)[0]
        assert tokenizer.decode(labels[labels != IGNORE]) == f"{lesson.text}{tokenizer.eos_token}"


def test_the_measurement_writes_its_figures_into_the_cards(tmp_path: Path) -> None:
    folders = [shutil.copytree(folder, tmp_path / folder.name) for folder in (student_path(), teacher_path())]
    arguments = ["--student", str(folders[0]), "--teacher", str(folders[1]), "--count", "6", "--write"]
    app = typer.Typer()
    app.command()(evaluate)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0
    for folder in folders:
        assert json.loads((folder / "card.json").read_text())["accuracy"]["questions"] == 6
