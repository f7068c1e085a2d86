"""What tests of commands share."""

import pytest


@pytest.fixture
def folder(labels, tmp_path):
    """A lexicon fitted to some of the texts, saved."""
    from analysis.fitting import fit_lexicon
    from detectors import store

    return store.save(fit_lexicon(labels[:10]), tmp_path / "lexicon")
