"""What runs inside the processes of a vLLM engine; vLLM finds it by name."""

import contextlib
import logging
import multiprocessing
import os
import threading
from multiprocessing import connection
from pathlib import Path
from typing import Any

from tessy.engines.block_layout import block_groups


def engine_log(filename: str) -> logging.Handler:
    """Make the handler of vLLM's log lines, named in the logging configuration of an engine's processes.

    It is the first thing of ours such a process runs, so it also takes the process out of the terminal: whatever it
    writes goes to the log, Ctrl-C reaches the run alone, and the process ends when the run was killed.

    Parameters
    ----------
    filename
        The log, appended to.
    """
    handler = logging.FileHandler(filename, encoding="utf-8")
    parent = multiprocessing.parent_process()
    if parent is not None:
        with Path(filename).open("ab", buffering=0) as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        with contextlib.suppress(PermissionError):  # it leads a session of its own
            os.setpgid(0, 0)
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()
    return handler


def _end_with(sentinel: int) -> None:
    """Wait for the parent's end, then end this process at once: nobody is left to answer to."""
    connection.wait([sentinel])
    os._exit(1)


class SessionWorker:
    """Methods that vLLM adds to its worker (``worker_extension_cls``), for sessions of several turns."""

    model_runner: Any

    def prepare_sessions(self) -> list[tuple[int, int]]:
        """Let every turn of a session draw by its own seed, and say how keys and values are laid out.

        vLLM's first model runner makes a session's random generator once and lets later turns go on with it, whatever
        their seed. A session that was closed and begun anew would then draw other tokens. The second one draws by seed
        and position and needs no help.

        Returns
        -------
        list
            For each group of layers that share blocks: tokens a block, and the attention window in tokens (0: all).
        """
        runner = self.model_runner
        update = getattr(runner, "_update_streaming_request", None)
        if update is not None:
            runner._update_streaming_request = _Reseeding(runner.device, update)
        return block_groups(runner.kv_cache_config)


class _Reseeding:
    """Wraps the model runner's update of a session so that a turn begins with a generator of its seed."""

    def __init__(self, device: Any, update: Any) -> None:
        self._device = device
        self._update = update

    def __call__(self, request: str, turn: Any) -> Any:
        import torch

        state = self._update(request, turn)
        parameters = state.sampling_params
        if parameters is not None and parameters.seed is not None and parameters.temperature > 0:
            state.generator = torch.Generator(device=self._device)
            state.generator.manual_seed(parameters.seed)
        return state
