"""The command line as a shell runs it."""

import sys

import pytest

from analysis import cli


@pytest.fixture
def run(monkeypatch, capsys):
    """Run ``tessy-detect``: the exit code, stdout and stderr."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["tessy-detect", *map(str, arguments)])
        with pytest.raises(SystemExit) as exit_:
            cli.main()
        captured = capsys.readouterr()
        return exit_.value.code or 0, captured.out, captured.err

    return call


@pytest.fixture
def folder(labels, tmp_path):
    """A lexicon fitted to some of the texts, saved."""
    from analysis.fitting import fit_lexicon
    from detectors import store

    return store.save(fit_lexicon(labels[:10]), tmp_path / "lexicon")
