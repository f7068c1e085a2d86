"""The vLLM servers of one run of the tests: one a model, started once, at the same time where several are asked for."""

from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.support.servers import VllmServer


class ServerPool:
    """Starts servers on demand and stops them all at the end.

    Parameters
    ----------
    logs
        Folder for the servers' logs.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._servers: dict[Path, VllmServer] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def __call__(self, *models: Path) -> list[VllmServer]:
        """Return a running server for each model folder, in order; skips the test where vLLM is not installed.

        A server that another test has stopped or killed is started again, on the port it had.
        """
        if find_spec("vllm") is None:
            pytest.skip("vLLM is not installed")
        for model in models:
            server = self._servers.setdefault(model, VllmServer(model, self._logs / f"{model.name}.log"))
            if not server.running:
                server.launch()
        servers = [self._servers[model] for model in models]
        for server in servers:
            server.wait()
        return servers

    def stop(self) -> None:
        """Stop every server."""
        for server in self._servers.values():
            server.stop()
