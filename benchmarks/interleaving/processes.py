"""The processes of the engines: where they run, and how much memory they took."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil

_ENGINE = "VLLM::EngineCore"
_GONE = (FileNotFoundError, ProcessLookupError, PermissionError, psutil.NoSuchProcess)


def family(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    with suppress(*_GONE):
        return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
    return []


def engines(pid: int) -> list[int]:
    """Return the engine processes of vLLM that descend from a process, in the order in which they were started."""
    found = []
    for member in family(pid):
        with suppress(*_GONE):
            process = psutil.Process(member)
            if _ENGINE in " ".join(process.cmdline()):
                found.append((process.create_time(), member))
    return [member for _, member in sorted(found)]


def bind(pid: int, core: int) -> None:
    """Let an engine compute on one core: its first thread; those that pass messages on run where they like."""
    os.sched_setaffinity(pid, {core})


def message_seconds(pids: Iterable[int]) -> float:
    """Return the CPU seconds of engines' other threads: those that pass messages on."""
    total = 0.0
    for pid in pids:
        with suppress(*_GONE):
            threads = psutil.Process(pid).threads()
            total += sum(thread.user_time + thread.system_time for thread in threads if thread.id != pid)
    return total


def forget_peaks(pids: Iterable[int]) -> None:
    """Let the peak memory of processes count from now on (Linux)."""
    for pid in pids:
        with suppress(*_GONE):
            Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_memory(pids: Iterable[int]) -> int:
    """Sum the peaks of the processes' resident memory, in bytes; pages that two of them share count twice."""
    total = 0
    for pid in pids:
        with suppress(*_GONE):
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    total += int(line.split()[1]) * 1024
    return total
