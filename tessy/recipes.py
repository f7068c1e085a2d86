"""Ways to build a trace from two models: TESSY's own, and the baselines of the paper's Table 1."""

from dataclasses import dataclass

from tessy.errors import UsageError
from tessy.trace import Role


@dataclass(frozen=True, slots=True)
class Recipe:
    """Who takes part in the thinking, and who writes the final answer.

    Attributes
    ----------
    name
        As in rows and in ``--recipe``.
    thinkers
        The roles that write the thinking; the first one begins. Two take turns at the boundaries of style.
    answerer
        The role that writes the final answer.
    """

    name: str
    thinkers: tuple[Role, ...]
    answerer: Role

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that need a model."""
        return frozenset((*self.thinkers, self.answerer))

    @property
    def takes_turns(self) -> bool:
        """Whether the pen changes hands, so that detectors are needed."""
        return len(self.thinkers) > 1


RECIPES = {
    recipe.name: recipe
    for recipe in (
        # The paper's method; letting the teacher answer costs it 12 to 13 points (Fig. 9).
        Recipe("tessy", (Role.STUDENT, Role.TEACHER), Role.STUDENT),
        Recipe("teacher-only", (Role.TEACHER,), Role.TEACHER),
        Recipe("student-only", (Role.STUDENT,), Role.STUDENT),
        Recipe("teacher-think", (Role.TEACHER,), Role.STUDENT),
        Recipe("teacher-answer", (Role.STUDENT,), Role.TEACHER),
    )
}


def get_recipe(name: str) -> Recipe:
    """Find a recipe by name.

    Raises
    ------
    UsageError
        When there is none of that name.
    """
    if name not in RECIPES:
        raise UsageError(f"no recipe {name!r}", advice=f"use one of {', '.join(RECIPES)}")
    return RECIPES[name]
