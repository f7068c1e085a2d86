"""The vLLM servers of one run of the tests: one a model, started once, at the same time where several are asked for."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from tests.support.servers import VllmServer

MOST = 4
"""Servers at once: each takes from two to four GiB, and tests start engines of their own beside them."""


class ServerPool:
    """Starts servers on demand and stops them all at the end.

    Parameters
    ----------
    logs
        Folder for the servers' logs.
    """

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._servers: dict[tuple[Path, str], VllmServer] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def __call__(
        self, *models: Path, options: Sequence[str] = (), environment: Mapping[str, str] | None = None
    ) -> list[VllmServer]:
        """Return a running server for each model folder, in order; skips the test where vLLM is not installed.

        A server that another test has stopped or killed is started again, on the port it had.

        Parameters
        ----------
        models
            The folders.
        options, environment
            As `VllmServer` takes them; each combination is a server of its own.
        """
        if find_spec("vllm") is None:
            pytest.skip("vLLM is not installed")
        kind = repr((*options, *sorted((environment or {}).items())))
        self._make_room([(model, kind) for model in models])
        for model in models:
            if (model, kind) not in self._servers:
                log = self._logs / f"{model.name}-{len(self._servers)}.log"
                self._servers[model, kind] = VllmServer(model, log, options=options, environment=environment)
            if not self._servers[model, kind].running:
                self._servers[model, kind].launch()
        servers = [self._servers[model, kind] for model in models]
        for server in servers:
            server.wait()
        return servers

    def _make_room(self, wanted: Sequence[tuple[Path, str]]) -> None:
        """Stop those that were asked for longest ago, so that no more than `MOST` run."""
        for key in wanted:
            if key in self._servers:
                self._servers[key] = self._servers.pop(key)
        others = [server for key, server in self._servers.items() if key not in wanted and server.running]
        for server in others[: max(0, len(others) + len(wanted) - MOST)]:
            server.stop()

    def stop(self) -> None:
        """Stop every server."""
        for server in self._servers.values():
            server.stop()
