"""``tessy-analyze`` as from a shell, and files to draw: corpora, rows, a detector, labels."""

import sys
from dataclasses import dataclass

import pytest

from analysis import cli
from analysis.plots import figure as figure_module
from detectors import store
from detectors.lexicon import LexiconDetector
from tests.analysis.conftest import write_traces
from tests.analysis.plots.layout import letters

WEIGHTS = {"okay": 0.9, "let's see": 0.8, "so": 0.9, "wait": 0.7, "thus": 0.9, "we need to": 0.6}


@dataclass(frozen=True)
class Called:
    """What a command did: its exit code, stdout, stderr, and the figure that it saved."""

    code: int
    out: str
    err: str
    figure: object

    @property
    def letters(self):
        """Every text of the figure, without its line breaks."""
        return [text.get_text().replace("\n", " ") for text, _ in letters(self.figure)]


@pytest.fixture
def analyze(monkeypatch, capsys):
    """Run ``tessy-analyze`` as from a shell."""
    saved = []
    save = figure_module.save_figure

    def kept(figure, path):
        save(figure, path)
        saved.append(figure)

    monkeypatch.setattr(figure_module, "save_figure", kept)

    def call(*arguments):
        saved.clear()
        monkeypatch.setattr(sys, "argv", ["tessy-analyze", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            cli.analyze()
        captured = capsys.readouterr()
        return Called(exit_.value.code or 0, captured.out, captured.err, saved[-1] if saved else None)

    return call


@pytest.fixture
def pair(traces):
    """The options that name a student's and a teacher's traces."""
    return ["--student", traces[0], "--teacher", traces[1]]


@pytest.fixture
def corpora(pair, tmp_path):
    """The same and a corpus that writes much as the student does, on some of the questions and on others."""
    near = write_traces(tmp_path / "near.jsonl", ("Okay, let's see.", "So", "Wait,", "Thus"), count=40)
    return [*pair, "--other", f"synthesized={near}"]


@pytest.fixture
def lexicon(tmp_path):
    """The folder of a detector."""
    return store.save(LexiconDetector(WEIGHTS), tmp_path / "lexicon")
