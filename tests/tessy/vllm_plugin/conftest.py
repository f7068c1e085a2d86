"""The plugin in this process, around vLLM's real scheduler, and texts in which the embedded pair's two styles meet."""

import os
from collections.abc import Iterator
from pathlib import Path
from random import Random
from unittest import mock

import pytest

from analysis.fitting import fit_logistic
from analysis.labels import LabelledText
from detectors.lexicon import LexiconDetector
from detectors.store import load, save
from tessy.foresight import Foresight
from tessy.miniature import student_path, style_spans
from tessy.miniature.writers import STUDENT, TEACHER, write
from tessy.vllm_plugin import DETECTORS_VARIABLE, register
from tessy.vllm_plugin.hook import KNOWN, WRAPPERS
from tessy.vocabulary import Vocabulary
from tessy.watch import BoundaryFinder
from tests.support.foresight import random_probe

STYLE = (
    "okay, let's see; alright, let me; first; then; so; so now; after that; next; wait; wait, let me check; hmm; . ; ,"
    "is that right; yes, good; that works; that gives me; i get; to begin; i start here; work through it; the answer is"
)


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Detectors of the student's style, by their kind."""
    root = tmp_path_factory.mktemp("detectors")
    phrases = [phrase.strip() for phrase in STYLE.split(";")]
    texts = [mixed_text(seed) for seed in range(100, 160)]
    labels = [LabelledText(str(number), text, tuple(style_spans(text))) for number, text in enumerate(texts)]
    detectors = {
        "lexicon": LexiconDetector(dict.fromkeys([*phrases, ","], 1.0), causal=True),
        "logistic": fit_logistic(labels, lookahead=0),
        "probe": random_probe(student_path(), 64),
    }
    return {kind: save(detector, root / kind) for kind, detector in detectors.items()}


@pytest.fixture(scope="session")
def lexicon(folders: dict[str, Path]) -> Path:
    """The folder of the lexicon."""
    return folders["lexicon"]


@pytest.fixture(scope="session", params=["lexicon", "logistic"])
def finder(folders: dict[str, Path], request: pytest.FixtureRequest) -> BoundaryFinder:
    """A detector, compiled for the student's vocabulary."""
    found = BoundaryFinder.compile(load(folders[request.param]), Vocabulary.load(str(student_path())))
    assert found is not None
    return found


@pytest.fixture(scope="session")
def foresight(folders: dict[str, Path]) -> Foresight:
    """A probe on the student's states."""
    found = Foresight.compile(load(folders["probe"]), Vocabulary.load(str(student_path())))
    assert found is not None
    return found


def mixed_text(seed: int) -> str:
    """Return a text in both styles."""
    return write(["3 + 4 = 2", "2 * 2 = 4"], "4", (STUDENT, TEACHER), Random(seed))


@pytest.fixture(scope="session")
def lines() -> list[list[int]]:
    """Token ids of texts in both styles, 400 each."""
    vocabulary = Vocabulary.load(str(student_path()))
    found = []
    for seed in range(8):
        texts = [mixed_text(20 * seed + number) for number in range(20)]
        found.append(vocabulary.encode("\n".join(texts))[:400])
    assert {len(line) for line in found} == {400}
    return found


@pytest.fixture
def plugin(folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The plugin in this process, as vLLM would load it; taken out again."""
    pytest.importorskip("vllm")
    from vllm.v1.core.sched import scheduler
    from vllm.v1.request import Request

    # Making a configuration of vLLM sets variables of the whole process.
    with mock.patch.dict(os.environ):
        monkeypatch.setenv(DETECTORS_VARIABLE, os.pathsep.join(map(str, folders.values())))
        monkeypatch.setenv("VLLM_CPU_KVCACHE_SPACE", "1")
        if hasattr(scheduler.Scheduler, KNOWN):
            # An engine that a test has started in this process brought it along: it is not put in twice.
            yield
            return
        for name in WRAPPERS:
            monkeypatch.setattr(scheduler.Scheduler, name, getattr(scheduler.Scheduler, name))
        register()
        yield
    del scheduler.Scheduler.tessy_detectors, Request.tessy_follower
