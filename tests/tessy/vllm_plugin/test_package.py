"""How vLLM finds the plugin, and what it does where it is not wanted or does not fit."""

import os
import subprocess
import sys
from importlib.metadata import entry_points
from types import SimpleNamespace

import pytest

import tessy.vllm_plugin
from tessy.vllm_plugin import DETECTORS_VARIABLE, TESTED_VERSIONS, register

CALLED = "from tessy.vllm_plugin import register; register(); import sys; print(*sys.modules)"


def test_vllm_finds_it() -> None:
    (found,) = entry_points(group="vllm.general_plugins", name="tessy")
    assert found.load() is register


def test_without_detectors_nothing_is_loaded() -> None:
    environment = {name: value for name, value in os.environ.items() if name != DETECTORS_VARIABLE}
    done = subprocess.run([sys.executable, "-c", CALLED], env=environment, check=True, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"torch", "vllm", "transformers", "numpy"}
    assert done.stderr == ""


@pytest.mark.parametrize("version", ["0.31.0", "0.32.1", "0.32.0rc1", "1.0.0", "dev"])
def test_another_version_is_left_alone(
    version: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(DETECTORS_VARIABLE, "lexicon")
    monkeypatch.setitem(sys.modules, "vllm.version", SimpleNamespace(__version__=version))
    monkeypatch.setitem(sys.modules, "tessy.vllm_plugin.hook", None)  # importing it would be an error
    register()
    (line,) = caplog.messages
    assert version in line
    assert TESTED_VERSIONS[0] in line


@pytest.mark.parametrize("version", [TESTED_VERSIONS[0], f"{TESTED_VERSIONS[0]}+cpu"])
def test_a_tested_version_is_wrapped(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wrapped = []
    hook = SimpleNamespace(wrap_scheduler=lambda: wrapped.append(version))
    monkeypatch.setenv(DETECTORS_VARIABLE, "lexicon")
    monkeypatch.setitem(sys.modules, "vllm.version", SimpleNamespace(__version__=version))
    monkeypatch.setitem(sys.modules, "tessy.vllm_plugin.hook", hook)
    register()
    assert wrapped == [version]


def test_a_vllm_that_is_not_as_it_says_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(DETECTORS_VARIABLE, "lexicon")
    monkeypatch.setitem(sys.modules, "vllm.version", SimpleNamespace(__version__=TESTED_VERSIONS[0]))
    monkeypatch.setitem(sys.modules, "vllm.v1.core.sched", SimpleNamespace(scheduler=SimpleNamespace()))
    register()
    assert "could not be put into vLLM" in caplog.text


def test_its_names_are_documented() -> None:
    assert all(name in (tessy.vllm_plugin.__doc__ or "") for name in (DETECTORS_VARIABLE, "vllm.general_plugins"))
