"""The pairs of models, their prompts and their detectors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from detectors.lexicon import LexiconDetector
from tessy.miniature import questions, student_path, teacher_path
from tessy.prompts import Prompt
from tessy.trace import Role
from tests.support.models import gemma_folder, smollm2_folder

_OPENERS = Path(__file__).with_name("openers.txt")
_MINIATURE_STYLE = (
    ". , ; ! ? : okay alright let's see let me think check work through it so now then first next after that to begin "
    "hmm wait is right yes good works i get start here the answer gives we need result"
)
_SUBJECTS = (
    "a lighthouse keeper", "bread", "a broken clock", "bicycles", "the moon", "an old library", "bees", "a long bridge",
    "a chess player", "rivers", "glass", "a night train", "coffee", "an island", "maps", "a young doctor",
    "forests", "salt", "kites", "a lost letter", "clouds", "a farmer", "music", "winter",
    "a fishing boat", "gardens", "a small school", "volcanoes", "a tailor", "stars", "a market", "whales",
    "a potter", "deserts", "a violin", "bakers", "tunnels", "a painter", "horses", "lightning",
)  # fmt: skip
_TASKS = (
    "Tell me a long story about {} with many characters.",
    "Write a detailed essay about {}, with many facts.",
    "Explain to a child what is interesting about {}.",
    "Describe a day that has to do with {}, hour by hour.",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two models and what they are asked.

    Attributes
    ----------
    name
        Its name.
    says
        Which models these are, for the report.
    folder
        By role, finds the model's folder.
    detector
        Makes the detector, causal, for both roles.
    prompts
        Makes so many prompts; those from another start are other ones.
    """

    name: str
    says: str
    folder: Callable[[Role], Path]
    detector: Callable[[], LexiconDetector]
    prompts: Callable[[int, int], list[Prompt]]


def _subjects(count: int, start: int) -> list[Prompt]:
    """Ask for long texts about so many subjects."""
    asked = []
    for number in range(start, start + count):
        round_, index = divmod(number, len(_SUBJECTS))
        task = _TASKS[(index + round_) % len(_TASKS)]
        asked.append(Prompt.from_text(task.format(_SUBJECTS[index]), id=str(number)))
    return asked


def _questions(count: int, start: int) -> list[Prompt]:
    """Ask the miniature world's questions, sums with several operations."""
    asked: Sequence[object] = questions("run", start + count, seed=7)[start:]
    return [Prompt.from_text(question.prompt, id=str(number)) for number, question in enumerate(asked, start)]


@cache
def _openers() -> LexiconDetector:
    """Make a lexicon of how sentences end and begin."""
    return LexiconDetector(dict.fromkeys(_OPENERS.read_text(encoding="utf-8").splitlines(), 1.0), causal=True)


@cache
def _miniature_style() -> LexiconDetector:
    return LexiconDetector(dict.fromkeys(_MINIATURE_STYLE.split(), 1.0), causal=True)


PAIRS = {
    pair.name: pair
    for pair in (
        Pair(
            "small",
            "student Gemma-3-270M, teacher SmolLM2-135M-Instruct",
            lambda role: gemma_folder() if role is Role.STUDENT else smollm2_folder(),
            _openers,
            _subjects,
        ),
        Pair(
            "smollm2",
            "SmolLM2-135M-Instruct in both roles",
            lambda role: smollm2_folder(),
            _openers,
            _subjects,
        ),
        Pair(
            "miniature",
            "the miniature pair",
            lambda role: student_path() if role is Role.STUDENT else teacher_path(),
            _miniature_style,
            _questions,
        ),
    )
}
"""By name."""
