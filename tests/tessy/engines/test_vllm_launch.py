import os

import pytest

from detectors.lexicon import LexiconDetector
from detectors.store import load
from tessy.engines.vllm_launch import Launch, environment, gpu_numbers
from tessy.errors import UsageError
from tessy.settings import ModelSettings

# What vLLM 0.32 logs when a model does not fit.
NO_ROOM = """\
EngineCore failed to start.
Traceback (most recent call last):
  File "vllm/v1/core/kv_cache_utils.py", line 670, in check_enough_kv_cache_memory
    raise ValueError(
ValueError: To serve at least one request with the model's max seq len (131072), 14.0 GiB KV cache is needed, which is \
larger than the available KV cache memory (3.1 GiB).

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "vllm/v1/engine/core.py", line 1100, in run_engine_core
    raise RuntimeError("Engine core initialization failed. See root cause above.")
RuntimeError: Engine core initialization failed. See root cause above.
"""
NO_MEMORY = """\
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.32 GiB. GPU 0 has a total capacity of 79.11 GiB.
"""


@pytest.fixture
def launch():
    launch = Launch(ModelSettings(model="some/model"), None, {})
    yield launch
    launch.stop()


@pytest.mark.parametrize(
    ("log", "cause", "setting"),
    [
        (NO_ROOM, "To serve at least one request", "context_length"),
        (NO_MEMORY, "CUDA out of memory", "gpu_memory_fraction"),
        ("ValueError: Total number of attention heads (9) must be divisible by 2.", "Total", "tensor_parallel_size"),
        ("ValueError: something else", "something else", "vLLM must support the model"),
        ("all is well\n", "boom", "vLLM must support the model"),
    ],
)
def test_the_log_s_own_error_is_told_with_the_setting_that_changes_it(launch, log, cause, setting):
    launch.log.write_text(log)
    error = launch.explain(RuntimeError("boom"))
    assert error.message.startswith(f"vLLM does not start: {cause}")
    assert setting in error.advice
    assert error.where == "some/model"


def test_the_detector_is_there_for_the_engine_and_gone_with_it():
    detector = LexiconDetector({"so": 1.0})
    launch = Launch(ModelSettings(model="some/model"), detector, {})
    folder = launch.log.parent
    assert load(folder / "detector").phrases == detector.phrases
    launch.stop()
    assert not folder.exists()


def test_variables_are_set_for_a_while_only(monkeypatch):
    monkeypatch.setenv("TESSY_TEST_KEPT", "before")
    monkeypatch.delenv("TESSY_TEST_NEW", raising=False)
    with environment({"TESSY_TEST_KEPT": "now", "TESSY_TEST_NEW": "now"}):
        assert os.environ["TESSY_TEST_KEPT"] == os.environ["TESSY_TEST_NEW"] == "now"
    assert os.environ["TESSY_TEST_KEPT"] == "before"
    assert "TESSY_TEST_NEW" not in os.environ


@pytest.mark.parametrize(
    ("device", "visible", "numbers"),
    [("auto", "", ""), ("cuda", "4,5", ""), ("cuda:1", "", "1"), ("cuda:1", "4,5", "5"), ("cuda:0,1", "4,5", "4,5")],
)
def test_gpus_count_among_those_the_run_may_see(monkeypatch, device, visible, numbers):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert gpu_numbers(device) == numbers


@pytest.mark.parametrize("device", ["cuda:2", "cuda:x", "cuda:0,7"])
def test_a_gpu_that_is_not_there_is_named(monkeypatch, device):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5")
    with pytest.raises(UsageError, match=device):
        gpu_numbers(device)
