"""Real vLLM servers on loopback, started and ended by the tests."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

# The engine runs the model in its own process ("uni") and not in a third one, as it would by default on CPUs: that
# saves a third of the start-up, which is mostly the import of vLLM, once in every process. One thread: two that spin
# for a core which another process holds were ten times slower than one.
ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "OMP_NUM_THREADS": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    "VLLM_NO_USAGE_STATS": "1",
}
OPTIONS = (
    *("--dtype", "float32", "--enforce-eager", "--block-size", "32", "--distributed-executor-backend", "uni"),
    *("--max-num-seqs", "32", "--disable-uvicorn-access-log"),
)


def free_port() -> int:
    """Return a TCP port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def living(group: int) -> list[int]:
    """Return the processes of a process group that still run; zombies do not."""
    members = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, process_group = stat.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):  # it ended while we looked
            continue
        if int(process_group) == group and state != "Z":
            members.append(int(stat.parent.name))
    return members


class VllmServer:
    """A vLLM server on CPU, in a process group of its own; as a context manager it starts and stops.

    Parameters
    ----------
    model
        Folder of the model, in Hugging Face format.
    log
        File that the server's output is appended to.
    name
        Name the server gives the model; the folder's name when empty.
    max_model_len
        Longest context, in tokens.
    options
        More command-line options of vLLM; a repeated one replaces the default.
    environment
        More environment variables.
    """

    def __init__(
        self,
        model: Path,
        log: Path,
        *,
        name: str = "",
        max_model_len: int = 2048,
        options: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.model = name or model.name
        self.log = log
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        where = ("--model", str(model), "--served-model-name", self.model, "--host", "127.0.0.1")
        sizes = ("--port", str(self.port), "--max-model-len", str(max_model_len))
        module = ("-m", "vllm.entrypoints.openai.api_server")
        self._command = [sys.executable, *module, *where, *sizes, *OPTIONS, *options]
        # Coverage would follow pytest into vLLM's processes and slow them down.
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("COVERAGE_", "COV_"))}
        self._environment = {**inherited, **ENVIRONMENT, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, timeout: float = 300.0) -> None:
        """Start the server and wait until it is healthy, `timeout` seconds at most."""
        self.launch()
        self.wait(timeout)

    def launch(self) -> None:
        """Start the server without waiting, so that two can start at the same time."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            # A group, to end it as a whole, but no session: Linux shares a core among sessions, and one whose processes
            # are bound to a core may get next to nothing of it for seconds (seen with 6.18).
            self._process = subprocess.Popen(
                self._command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,
            )

    def wait(self, timeout: float = 300.0) -> None:
        """Wait until the server is healthy; `RuntimeError` with the end of its log when it dies or `timeout` passes."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self.running:
            if self.healthy():
                return
            time.sleep(0.2)
        self.kill()
        end = self.log.read_text(errors="replace")[-3000:]
        raise RuntimeError(f"the vLLM server for {self.model} did not start; its log ends:\n{end}")

    @property
    def running(self) -> bool:
        """Whether the server's first process lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def process_group(self) -> int:
        """The server's process group; `RuntimeError` when it was never started or has been ended."""
        if self._process is None:
            raise RuntimeError(f"the vLLM server for {self.model} does not run")
        return self._process.pid

    def healthy(self) -> bool:
        """Whether the server answers `/health`."""
        try:
            return httpx.get(f"{self.url}/health", timeout=2.0).is_success
        except httpx.HTTPError:
            return False

    def complete(self, prompt: Sequence[int] | str, **settings: object) -> dict[str, Any]:
        """Return the first choice of a greedy `/v1/completions`, with its `token_ids`."""
        body = {"model": self.model, "prompt": prompt, "temperature": 0.0, "return_token_ids": True, **settings}
        response = httpx.post(f"{self.url}/v1/completions", json=body, timeout=120.0)
        response.raise_for_status()
        choice: dict[str, Any] = response.json()["choices"][0]
        return choice

    def stop(self, timeout: float = 20.0) -> None:
        """End the server as an administrator would (SIGTERM), and by SIGKILL what is left after `timeout` seconds."""
        if self.running and self._process is not None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout)
        self.kill()

    def kill(self) -> None:
        """End the server at once, with all its processes (SIGKILL)."""
        if self._process is None:
            return
        # The group outlives its leader for as long as one child lives, and keeps its number for so long.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        while living(self._process.pid):
            time.sleep(0.05)
        self._process = None

    def restart(self) -> None:
        """Stop the server if it runs, and start it again on the same port."""
        self.stop()
        self.start()
