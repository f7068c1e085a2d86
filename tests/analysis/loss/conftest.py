"""A language model that anyone can compute by hand, and the embedded student."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from analysis.corpus import CorpusTrace
from analysis.loss.language_model import TokenScores
from analysis.loss.local_model import LocalModel
from analysis.loss.rendering import Rendering
from tessy.miniature import questions, student_path


@dataclass
class Bigram:
    """Says of every token what depends on it and the one before alone; remembers what it read."""

    tokenizer: object
    context: int = 200
    read_sequences: list = field(default_factory=list)
    fails_after: int | None = None

    def describe(self):
        return {"model": "bigram"}

    @staticmethod
    def nats(before, token):
        return 0.25 * (1 + (before * 7 + token) % 9)

    @staticmethod
    def rank(before, token):
        return 1 + (before * 31 + token) % 150

    def read(self, readings, receive):
        for index, reading in reversed(list(enumerate(readings))):
            if self.fails_after is not None and len(self.read_sequences) >= self.fails_after:
                raise KeyboardInterrupt
            self.read_sequences.append(list(reading.token_ids))
            pairs = list(zip(reading.token_ids[reading.first - 1 :], reading.token_ids[reading.first :], strict=False))
            nats = np.array([self.nats(*pair) for pair in pairs])
            receive(index, TokenScores(nats, np.array([self.rank(*pair) for pair in pairs])))


@pytest.fixture(scope="session")
def student():
    return LocalModel(str(student_path()), device="cpu", dtype="float64")


@pytest.fixture(scope="session")
def rendering(student):
    return Rendering(student.tokenizer)


@pytest.fixture
def bigram(student):
    return Bigram(student.tokenizer)


TEXTS = (
    "Okay, let's see. First, 3 + 4 = 7. Then 7 * 2 = 14. So the answer is 14.",
    "We need result. Compute: 3 + 4 = 7; Done!",
    "Hmm, na\u00efve \U0001f600\U0001f600 text;\n\n  with blanks.\t",
    "So",
)


@pytest.fixture(scope="session")
def corpus():
    """Eight traces on four questions, two of each."""
    asked = questions("run", 4, seed=5)
    return [
        CorpusTrace(f"{question.id}-{number}", question.prompt, TEXTS[(place + number) % len(TEXTS)])
        for place, question in enumerate(asked)
        for number in range(2)
    ]
