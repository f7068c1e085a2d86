import pytest

from tessy.errors import UsageError
from tessy.recipes import RECIPES, get_recipe
from tessy.trace import Role


def test_the_student_begins_and_answers_in_tessy():
    recipe = get_recipe("tessy")
    assert recipe.thinkers[0] is recipe.answerer is Role.STUDENT
    assert recipe.takes_turns


def test_baselines_need_only_their_models():
    assert get_recipe("teacher-only").roles == {Role.TEACHER}
    assert get_recipe("student-only").roles == {Role.STUDENT}
    baselines = ("teacher-only", "student-only", "teacher-think", "teacher-answer")
    assert not any(RECIPES[name].takes_turns for name in baselines)


def test_an_unknown_recipe_lists_the_known():
    with pytest.raises(UsageError, match=r"no recipe 'tesy'.*tessy"):
        get_recipe("tesy")
