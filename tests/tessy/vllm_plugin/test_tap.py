"""States times weights, as workers tell them, beside what the probe itself says of the same states."""

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from detectors.calibration import Calibration
from detectors.log_odds import probability
from detectors.probe import ProbeDetector
from detectors.spans import words
from detectors.state_source import Piece
from detectors.store import save
from tessy.foresight import Foresight
from tessy.miniature import student_path
from tessy.provenance import describe_detector
from tessy.vllm_plugin import DETECTORS_VARIABLE
from tessy.vllm_plugin.tap import FORESEEN, Tap, first_rows, load_probes, second_rows, tapping, untappable
from tessy.vocabulary import Vocabulary
from tests.support.foresight import random_probe

torch = pytest.importorskip("torch")
WIDTH = 64
TEXT = "Okay, so 3 + 4 = 2. Wait, no: we need 1."


class Given:
    """States that are given, in place of a model's."""

    layers, stride = (-1,), 128

    def __init__(self, states: Any) -> None:
        self._states = states

    def read(self, texts: list[str]) -> Any:
        yield from (Piece(index, 0, self._states[:, None]) for index, _ in enumerate(texts))


class Runner:
    """A model runner of vLLM that is about to sample for as many requests as there are states."""

    def __init__(self, states: Any, *, later: bool = False, names: int | None = None, **more: Any) -> None:
        self.execute_model_state: Any = SimpleNamespace(sample_hidden_states=states, spec_decode_metadata=None, **more)
        self._names = [str(number) for number in range(len(states) if names is None else names)]
        self._later = later

    def sample_tokens(self, grammar_output: Any) -> Any:
        assert grammar_output == "grammar"
        self.execute_model_state = None
        output = SimpleNamespace(req_ids=self._names)
        return SimpleNamespace(get_output=lambda: output) if self._later else output


def told(runner: Any, probe: ProbeDetector, rows: Callable[[Any], Any] = first_rows) -> Any:
    """Return what is told with the tokens of a step; None where nothing is."""
    output = Tap(runner, rows, {"probe": probe.weights[0, 0]})("grammar")
    output = output.get_output() if hasattr(output, "get_output") else output
    return getattr(output, FORESEEN, None)


@pytest.mark.parametrize("later", [False, True])
@pytest.mark.parametrize("calibration", [Calibration(), Calibration(temperature=0.5, bias=1.0)])
def test_what_is_told_is_what_the_probe_says_of_the_next_word(*, later: bool, calibration: Calibration) -> None:
    probe = random_probe(student_path(), WIDTH, threshold=0.4, calibration=calibration)
    foresight = Foresight.compile(probe, Vocabulary.load(str(student_path())))
    assert foresight is not None
    states = torch.randn(len(words(TEXT)), WIDTH, generator=torch.Generator().manual_seed(1))
    numbers = told(Runner(states, later=later), probe)["probe"]
    probe.source = Given(states.numpy())
    expected = probe.probabilities(TEXT)
    log_odds = probe.bias + np.array(numbers[:-1]) - probe.centres[0]
    np.testing.assert_allclose(probe.calibration.apply(probability(log_odds)), expected[1:], atol=1e-5)
    kinds = [foresight.is_style(number) for number in (None, *numbers[:-1])]
    assert kinds == [value >= 0.4 for value in expected]
    assert {True, False} == set(kinds)


def test_half_precision_is_multiplied_in_single() -> None:
    probe = random_probe(student_path(), WIDTH)
    states = torch.randn(5, WIDTH, generator=torch.Generator().manual_seed(1)).to(torch.bfloat16)
    expected = states.float().numpy() @ probe.weights[0, 0]
    np.testing.assert_allclose(told(Runner(states), probe)["probe"], expected, rtol=1e-5, atol=1e-5)


def test_states_that_cannot_be_read_leave_the_engine_alone(caplog: pytest.LogCaptureFixture) -> None:
    probe, runner = random_probe(student_path(), WIDTH), Runner(torch.ones(3, WIDTH + 1))
    tap = Tap(runner, first_rows, {"probe": probe.weights[0, 0]})
    for _ in range(2):
        runner.execute_model_state = SimpleNamespace(sample_hidden_states=torch.ones(3, 9), spec_decode_metadata=None)
        assert not hasattr(tap("grammar"), FORESEEN)
    assert caplog.text.count("cannot be read") == 1


def test_nothing_is_told_where_rows_are_not_requests() -> None:
    probe, states = random_probe(student_path(), WIDTH), torch.ones(3, WIDTH)
    assert told(Runner(states, names=2), probe) is None
    drafted = Runner(states)
    drafted.execute_model_state.spec_decode_metadata = "drafts"
    assert told(drafted, probe) is None
    idle = Runner(states)
    idle.execute_model_state = None
    assert told(idle, probe) is None


def test_the_second_model_runner_has_its_rows_among_all_states() -> None:
    probe = random_probe(student_path(), WIDTH)
    hidden = torch.randn(6, WIDTH, generator=torch.Generator().manual_seed(1))

    def runner(drafts: int = 0, **more: Any) -> Any:
        batch = SimpleNamespace(num_draft_tokens=drafts, logits_indices=torch.tensor([1, 5]))
        made: Any = Runner(hidden[:2], hidden_states=hidden, input_batch=batch)
        made.batch_sharder, made.pcp_manager = more.get("batch_sharder"), more.get("pcp_manager")
        return made

    expected = hidden[[1, 5]].numpy() @ probe.weights[0, 0]
    np.testing.assert_allclose(told(runner(), probe, second_rows)["probe"], expected, atol=1e-5)
    for other in (runner(drafts=2), runner(batch_sharder="shards"), runner(pcp_manager="parts")):
        assert told(other, probe, second_rows) is None


@pytest.mark.parametrize(
    ("width", "speculative", "second", "tapped"),
    [
        (WIDTH, None, False, first_rows),
        (WIDTH, None, True, second_rows),
        (96, None, False, None),
        (WIDTH, 1, False, None),
    ],
)
def test_a_worker_is_tapped_where_a_probe_fits(
    width: int,
    speculative: Any,
    *,
    second: bool,
    tapped: Any,
    folders: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(DETECTORS_VARIABLE, str(folders["probe"]))
    runner = Runner(torch.ones(3, width))
    config = SimpleNamespace(
        speculative_config=speculative, model_config=SimpleNamespace(get_hidden_size=lambda: width)
    )
    wrapper = SimpleNamespace(vllm_config=config, worker=SimpleNamespace(use_v2_model_runner=second))

    def init_device(self: Any) -> None:
        self.worker.model_runner = runner

    tapping(init_device)(wrapper)
    found = runner.sample_tokens
    assert (found._rows if isinstance(found, Tap) else None) is tapped
    assert (untappable(config) is None) == (speculative is None)


def test_a_worker_without_a_probe_is_left_alone(folders: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DETECTORS_VARIABLE, str(folders["lexicon"]))
    runner = Runner(torch.ones(3, WIDTH))
    config = SimpleNamespace(speculative_config=None, model_config=SimpleNamespace(get_hidden_size=lambda: WIDTH))
    tapping(lambda _: None)(SimpleNamespace(vllm_config=config, worker=SimpleNamespace(model_runner=runner)))
    assert not isinstance(runner.sample_tokens, Tap)


def test_a_worker_that_is_not_as_expected_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    tapping(lambda _: None)(SimpleNamespace())
    assert "cannot be tapped" in caplog.text


def test_only_probes_that_foresee_are_loaded(
    folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = random_probe(student_path(), WIDTH)
    current.target = "current"
    named = [*folders.values(), tmp_path / "missing", save(current, tmp_path / "current")]
    monkeypatch.setenv(DETECTORS_VARIABLE, os.pathsep.join(map(str, named)))
    probe = random_probe(student_path(), WIDTH)
    [(name, weights)] = load_probes().items()
    assert name == describe_detector(probe)["sha256"]
    np.testing.assert_array_equal(weights, probe.weights[0, 0])
