"""What a writer knows: its arithmetic facts, right or wrong, and the steps it solves a question in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from random import Random

from tessy.miniature.world import MODULUS, OPERATORS, Task, apply

Fact = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The arithmetic facts a writer holds for true.

    Attributes
    ----------
    errors
        The facts it has wrong, always in the same way: ``(left, operator, right)`` to the value it believes in.
    """

    errors: Mapping[Fact, int] = field(default_factory=dict)

    def value(self, left: int, operator: str, right: int) -> int:
        """Return what this writer believes ``left operator right`` to be, modulo 5."""
        return self.errors.get((left, operator, right), apply(left, operator, right))

    def solve(self, prompt: str, operations_per_step: int = 1) -> tuple[list[str], str]:
        """Solve a question of the world.

        Parameters
        ----------
        prompt
            The question, well-formed.
        operations_per_step
            How many operations of `run` one step takes in: 1 is plain, 2 is dense.

        Returns
        -------
        steps, answer
            What each step says, and the answer this writer comes to; right unless it holds a wrong fact.
        """
        task, *rest = prompt.split()
        match Task(task):
            case Task.RUN:
                return self._run(rest, operations_per_step)
            case Task.SORT:
                steps = sorted(rest)
            case Task.REVERSE:
                steps = rest[::-1]
            case Task.COUNT:
                return _count(*rest)
        return steps, " ".join(steps)

    def _run(self, terms: list[str], operations_per_step: int) -> tuple[list[str], str]:
        value = int(terms[0])
        steps: list[str] = []
        for start in range(1, len(terms), 2 * operations_per_step):
            chunk = terms[start : start + 2 * operations_per_step]
            left = value
            for operator, right in zip(chunk[::2], chunk[1::2], strict=True):
                value = self.value(value, operator, int(right))
            steps.append(f"{left} {' '.join(chunk)} = {value}")
        return steps, str(value)


def _count(wanted: str, _: str, *letters: str) -> tuple[list[str], str]:
    """Count a letter; a step says whether this letter is the wanted one, plus what came before: ``a a + 1 = 2``."""
    steps: list[str] = []
    seen = 0
    for letter in letters:
        steps.append(f"{wanted} {letter} + {seen} = {seen + (letter == wanted)}")
        seen += letter == wanted
    return steps, str(seen)


def faulty(share: float, seed: int) -> Knowledge:
    """Return a writer's knowledge in which `share` of the 75 facts are wrong, chosen by the seed."""
    random = Random(f"facts-{seed}")  # noqa: S311
    facts = list(product(range(MODULUS), OPERATORS, range(MODULUS)))
    chosen = random.sample(facts, round(share * len(facts)))
    return Knowledge({fact: (apply(*fact) + random.randrange(1, MODULUS)) % MODULUS for fact in chosen})
