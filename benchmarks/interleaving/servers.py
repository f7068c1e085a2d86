"""Both vLLM servers of a pair, and what they say about themselves."""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

from benchmarks.interleaving.measurement import Usage
from benchmarks.interleaving.processes import bind, engines
from detectors.errors import EndpointError
from tessy.trace import Role
from tests.support.servers import VllmServer

_FIGURE = re.compile(r"^vllm:(\w+?)(?:\{[^}]*\})? ([0-9.e+]+)$", re.MULTILINE)
_PATIENCE = 30.0


@contextmanager
def serve(
    models: Mapping[Role, Path],
    logs: Path,
    *,
    options: tuple[str, ...],
    cores: Mapping[Role, int],
    environment: Mapping[str, str],
) -> Iterator[dict[Role, VllmServer]]:
    """Run a server for each role, both started at once, each engine on the core named for it.

    Parameters
    ----------
    models
        Model folders by role.
    logs
        Folder of the servers' logs.
    options
        Command-line options of vLLM for both.
    cores
        By role, the core that the engine's process is bound to.
    environment
        Environment variables for both.
    """
    servers = {
        role: VllmServer(
            model,
            logs / f"{role.value}.log",
            name=role.value,
            max_model_len=1024,
            options=options,
            environment={"VLLM_SERVER_DEV_MODE": "1", "VLLM_CPU_KVCACHE_SPACE": "2", **environment},
        )
        for role, model in models.items()
    }
    with ExitStack() as exits:
        for server in servers.values():
            exits.callback(server.stop)
            server.launch()
        for server in servers.values():
            server.wait()
        for role, server in servers.items():
            for engine in engines(server.process_group):
                bind(engine, cores[role])
        yield servers


def usage(urls: Mapping[Role, str]) -> Usage:
    """Read what the servers have done since they started.

    Raises
    ------
    EndpointError
        When a server does not show the figures.
    """
    figures = {role: _figures(url) for role, url in urls.items()}
    return Usage(
        requests={role: int(found["request_success_total"]) for role, found in figures.items()},
        made={role: int(found["generation_tokens_total"]) for role, found in figures.items()},
        prefilled={
            role: int(found["prompt_tokens_total"] - found["prompt_tokens_cached_total"])
            for role, found in figures.items()
        },
    )


def forget_prefixes(urls: Mapping[Role, str]) -> None:
    """Empty the servers' prefix caches, so that no arm profits from the one before."""
    for url in urls.values():
        deadline = time.monotonic() + _PATIENCE
        # It is refused while a request that was hung up on still runs.
        while not httpx.post(f"{url}/reset_prefix_cache", timeout=60.0).raise_for_status().json()["success"]:
            if time.monotonic() > deadline:
                raise EndpointError("the prefix cache is still in use", where=url)
            time.sleep(0.05)


def _figures(url: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, value in _FIGURE.findall(httpx.get(f"{url}/metrics", timeout=60.0).raise_for_status().text):
        found[name] = found.get(name, 0.0) + float(value)
    missing = {"request_success_total", "generation_tokens_total", "prompt_tokens_cached_total"} - found.keys()
    if missing:
        raise EndpointError(f"no {sorted(missing)[0]!r} among the server's metrics", where=f"{url}/metrics")
    return found
