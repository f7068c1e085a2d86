"""The probes' part in vLLM's workers: states times weights, told to the scheduler with the tokens of a step.

A worker's model runner has the states of all rows that it samples for, after the final norm, between ``execute_model``
and ``sample_tokens``. They are multiplied with the weights of each probe there, one small product a step, and the
numbers travel in the step's output. Which requests they are for, and what they mean, the scheduler's part knows.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detectors import store
from detectors.probe import ProbeDetector
from tessy.provenance import describe_detector
from tessy.vllm_plugin import LOGGER, detector_folders

FORESEEN: Final = "tessy_foreseen"
"""The attribute of a step's output: fingerprint of a probe -> a number for each of its requests."""
_TAPPED: Final = "tessy_tapped"


def untappable(config: Any) -> str | None:
    """Say why an engine of this `VllmConfig` cannot be tapped; None where it can."""
    if config.speculative_config is not None:
        return "speculative decoding samples several tokens a step"
    return None


def load_probes() -> dict[str, NDArray[np.float32]]:
    """Load the weights, shape (width,), of the probes that foresee, by their fingerprints."""
    found = {}
    for folder in detector_folders():
        with suppress(Exception):  # what cannot be loaded is named by the scheduler's part
            detector = store.load(folder)
            if isinstance(detector, ProbeDetector) and detector.foresees:
                found[str(describe_detector(detector)["sha256"])] = detector.weights[0, 0]
    return found


def wrap_workers() -> None:
    """Tap the model runners of workers that start in this process.

    Raises
    ------
    ImportError, AttributeError
        When vLLM is not as this plugin knows it.
    """
    from vllm.v1.worker.worker_base import WorkerWrapperBase

    wrapper: Any = WorkerWrapperBase
    if not hasattr(wrapper, _TAPPED):
        wrapper.init_device = tapping(wrapper.init_device)
        setattr(wrapper, _TAPPED, True)


def tapping(init_device: Callable[[Any], None]) -> Callable[[Any], None]:
    """Tap a worker's model runner when it is there, if there are probes for it; other processes load none."""

    def init_device_and_tap(self: Any) -> None:
        init_device(self)
        try:
            config = self.vllm_config
            width = int(config.model_config.get_hidden_size())
            fitting = {name: weights for name, weights in load_probes().items() if len(weights) == width}
            if fitting and untappable(config) is None:
                rows = second_rows if getattr(self.worker, "use_v2_model_runner", False) else first_rows
                runner = self.worker.model_runner
                runner.sample_tokens = Tap(runner, rows, fitting)
        except Exception:  # the engine goes on, and answers that it knows no probe
            LOGGER.exception("the model's states cannot be tapped: requests will not stop by probes")

    return init_device_and_tap


def first_rows(runner: Any) -> Any:
    """Return the states that vLLM's first model runner is about to sample by, a row a request; None without any."""
    state = runner.execute_model_state
    return None if state is None or state.spec_decode_metadata is not None else state.sample_hidden_states


def second_rows(runner: Any) -> Any:
    """Do the same for its second model runner."""
    state = runner.execute_model_state
    if state is None or state.hidden_states is None or state.input_batch.num_draft_tokens:
        return None
    if runner.batch_sharder is not None or runner.pcp_manager is not None:  # its rows are those of others, too
        return None
    return state.hidden_states[state.input_batch.logits_indices]


class Tap:
    """Stands in for a model runner's ``sample_tokens``.

    Parameters
    ----------
    runner
        The model runner.
    rows
        Reads its states, shape (requests, width), before they are gone.
    probes
        Weights by fingerprint.
    """

    def __init__(self, runner: Any, rows: Callable[[Any], Any], probes: Mapping[str, NDArray[np.float32]]) -> None:
        self._runner, self._rows = runner, rows
        self._sample_tokens = runner.sample_tokens
        self._names = list(probes)
        self._stacked = np.stack([probes[name] for name in self._names], axis=1)
        self._weights: Any = None
        self._is_broken = False

    def __call__(self, grammar_output: Any) -> Any:
        """Sample, and tell what is foreseen with it."""
        projected = None
        if not self._is_broken:
            try:
                projected = self._project(self._rows(self._runner))
            except Exception:  # the engine goes on; whoever asks for a probe sees that nothing was judged
                self._is_broken = True
                LOGGER.exception("the model's states cannot be read: requests no longer stop by probes")
        output = self._sample_tokens(grammar_output)
        if projected is None or output is None:
            return output
        if not hasattr(output, "get_output"):
            return self._tell(output, projected)
        # Asynchronous: its tokens are copied in the order of the device's work, and the numbers were copied before.
        get_output = output.get_output
        output.get_output = lambda: self._tell(get_output(), projected)
        return output

    def _project(self, states: Any) -> Any:
        if states is None:
            return None
        import torch

        with torch.inference_mode():
            if self._weights is None:
                self._weights = torch.from_numpy(self._stacked).to(states.device)
            return (states.float() @ self._weights).T.to("cpu", non_blocking=True)

    def _tell(self, output: Any, projected: Any) -> Any:
        if projected.shape[1] == len(output.req_ids):
            setattr(output, FORESEEN, dict(zip(self._names, projected.tolist(), strict=True)))
        return output
