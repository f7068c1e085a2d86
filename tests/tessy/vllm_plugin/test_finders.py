"""Detectors that a server is told of, usable or not."""

import logging
from pathlib import Path
from types import SimpleNamespace

import pytest

from detectors.lexicon import LexiconDetector
from detectors.store import load, save
from tessy.miniature import student_path, teacher_path
from tessy.provenance import describe_detector
from tessy.vllm_plugin import DETECTORS_VARIABLE
from tessy.vllm_plugin.finders import compile_finders
from tests.support.foresight import random_probe

pytestmark = pytest.mark.slow  # imports vLLM


def model(folder: Path) -> SimpleNamespace:
    """Return what is read of vLLM's `ModelConfig`."""
    pytest.importorskip("vllm")
    return SimpleNamespace(
        model=str(folder),
        tokenizer=str(folder),
        runner_type="generate",
        tokenizer_mode="auto",
        tokenizer_revision=None,
        trust_remote_code=False,
    )


@pytest.mark.parametrize("folder", [student_path(), teacher_path()])
def test_what_cannot_be_used_is_left_out(
    folder: Path, lexicon: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    look_ahead = save(LexiconDetector({"let me see": 1.0}), tmp_path / "ahead")
    broken = save(LexiconDetector({"so": 1.0}, causal=True), tmp_path / "broken")
    (broken / "weights.safetensors").write_bytes(b"nothing")
    folders = [tmp_path / "missing", broken, lexicon, look_ahead]
    monkeypatch.setenv(DETECTORS_VARIABLE, ":".join(map(str, folders)))
    with caplog.at_level(logging.INFO, logger="vllm.tessy"):
        known = compile_finders(model(folder))
    fingerprint = describe_detector(load(lexicon))["sha256"]
    assert set(known) == {fingerprint}
    assert known[fingerprint].fingerprint == fingerprint
    for left_out in (tmp_path / "missing", broken, look_ahead):
        assert sum(str(left_out) in line for line in caplog.messages) == 1


def test_a_probe_is_used_by_its_own_model_alone(
    folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    current = random_probe(student_path(), 64)
    current.target = "current"
    other = save(current, tmp_path / "current")
    monkeypatch.setenv(DETECTORS_VARIABLE, f"{folders['probe']}:{other}")
    fingerprint = describe_detector(load(folders["probe"]))["sha256"]
    assert set(compile_finders(model(student_path()))) == {fingerprint}
    assert "cannot judge tokens" in caplog.text
    caplog.clear()
    assert compile_finders(model(teacher_path())) == {}
    [line] = [line for line in caplog.messages if fingerprint in line]
    assert "was fitted to the model" in line
    caplog.clear()
    assert compile_finders(model(student_path()), "it drafts") == {}
    [line] = [line for line in caplog.messages if fingerprint in line]
    assert "it drafts" in line


def test_a_tokenizer_that_cannot_be_loaded_leaves_all_out(
    lexicon: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(DETECTORS_VARIABLE, str(lexicon))
    assert compile_finders(model(tmp_path)) == {}
    assert "tokenizer cannot be used" in caplog.text


def test_without_detectors_no_tokenizer_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DETECTORS_VARIABLE, raising=False)
    assert compile_finders(model(tmp_path)) == {}
