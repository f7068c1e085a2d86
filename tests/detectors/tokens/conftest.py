"""Vocabularies of four kinds, and detectors compiled for them."""

from functools import cache

import pytest

from detectors.tokens import compile_detector
from tessy.miniature import student_path, teacher_path
from tessy.vocabulary import Vocabulary
from tests.detectors.conftest import DETECTORS

CAUSAL = {"lexicon": DETECTORS["causal lexicon"], "logistic": DETECTORS["logistic"]}


@cache
def load(folder):
    return Vocabulary.load(folder)


@cache
def compiled(kind, folder):
    vocabulary = load(folder)
    return compile_detector(CAUSAL[kind], vocabulary.pieces, vocabulary.encode, "</think>")


@pytest.fixture(params=["smollm2", "gemma", "student", "teacher"])
def folder(request):
    """Folders of tokenizers: two of real models, and those of the embedded pair, one of which has escapes."""
    made = {"student": student_path, "teacher": teacher_path}
    return str(made[request.param]() if request.param in made else request.getfixturevalue(request.param))


@pytest.fixture
def vocabulary(folder):
    return load(folder)


@pytest.fixture(params=CAUSAL)
def kind(request):
    return request.param


@pytest.fixture
def scorer(kind, folder):
    return compiled(kind, folder)
