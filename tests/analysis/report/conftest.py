"""Two corpora and their comparison, small and real."""

import pytest

from analysis.report.compared_corpus import read_compared
from analysis.report.comparison import compare_corpora
from detectors.lexicon import LexiconDetector
from tests.analysis.conftest import write_traces

DETECTOR = LexiconDetector({"okay": 1.0, "let's see": 1.0, "so": 1.0, "wait": 1.0, "thus": 1.0})


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """Traces of a student, of a teacher, and of one who writes nearly as the student does."""
    folder = tmp_path_factory.mktemp("corpora")
    student, teacher, near = (
        write_traces(folder / f"{name}.jsonl", styles)
        for name, styles in {
            "student": ("Okay, let's see.", "So", "Wait,"),
            "teacher": ("Thus", "We need:", "Done!"),
            "near": ("Okay, let's see.", "So", "Wait,", "Thus"),
        }.items()
    )
    return student, teacher, near


@pytest.fixture(scope="session")
def compared(files):
    """The corpora, and what was found with a detector."""
    student, teacher, near = files
    corpora = read_compared(student, teacher, [f"near={near}"])
    return corpora, compare_corpora(corpora, DETECTOR, replicates=40, seed=0)
