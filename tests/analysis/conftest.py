"""A small world of labelled texts (markers are style, sums are not), and the command line."""

import random
import sys

import pytest
from hypothesis import settings

from analysis import cli
from analysis.labels import LabelledText
from detectors.spans import Span

# The first call of a test may import much, and other tests share the cores.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

STYLE = ("Okay, let's see.", "So", "Wait,", "Let me check.", "Then,", "So now,", "Maybe", "I think")
PLAIN = ("3 + 4 = 7", "the sum is 12", "7 * 2 = 14", "x is so large", "the list then ends", "we have 5 apples")


def make_label(number: int) -> LabelledText:
    """Build one text of a few sentences, each a marker and a sum."""
    chance = random.Random(number)
    text, spans = "", []
    for _ in range(4):
        marker = chance.choice(STYLE)
        spans.append(Span(len(text), len(text) + len(marker)))
        text += f"{marker} {chance.choice(PLAIN)}. "
    return LabelledText(f"text{number}", text, tuple(spans), model="m", question=f"q{number // 2}")


@pytest.fixture(scope="session")
def labels() -> list[LabelledText]:
    return [make_label(number) for number in range(60)]


@pytest.fixture
def labels_file(labels, tmp_path):
    from analysis.jsonl import write_rows

    path = tmp_path / "spans.jsonl"
    write_rows(
        path,
        (
            {
                "id": label.id,
                "text": label.text,
                "question": label.question,
                "spans": [[span.start, span.end] for span in label.spans],
            }
            for label in labels
        ),
    )
    return path


def write_traces(path, styles, count=30):
    """Write traces of one writer, whose sentences open with `styles`."""
    from analysis.jsonl import write_rows

    def thinking(number):
        chance = random.Random(number)
        return " ".join(f"{chance.choice(styles)} {chance.choice(PLAIN)}." for _ in range(5))

    rows = ({"id": f"q{n}", "prompt": f"Add {n} apples.", "thinking": thinking(n)} for n in range(count))
    write_rows(path, rows)
    return path


@pytest.fixture
def traces(tmp_path):
    """The files of a student's and a teacher's traces."""
    student = write_traces(tmp_path / "student.jsonl", ("Okay, let's see.", "So", "Wait,", "Let me check whether"))
    teacher = write_traces(tmp_path / "teacher.jsonl", ("We need to compute:", "Thus", "Hence,", "Therefore"))
    return student, teacher


@pytest.fixture
def run(monkeypatch, capsys):
    """Run ``tessy-detect`` as from a shell: the exit code, stdout and stderr."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["tessy-detect", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        captured = capsys.readouterr()
        return exit_.value.code or 0, captured.out, captured.err

    return call
