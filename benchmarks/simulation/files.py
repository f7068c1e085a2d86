"""Writes what `calibration` measured as a parameters file."""

from collections.abc import Sequence

from benchmarks.simulation.calibration import Measured

_WORKLOAD = """\
[workload]
at_once = { value = 32, source = "benchmarks.interleave" }
traces = { value = 32, source = "benchmarks.interleave" }
pairs = { value = 1, source = "benchmarks.interleave" }
tokens = { value = 256, source = "benchmarks.interleave" }
spread = { value = 0.0, source = "benchmarks.interleave: all traces are as long" }
longest = { value = 256, source = "benchmarks.interleave" }
prompt = { value = 40, source = "estimate: short questions" }
student_span = { value = 3.5, source = "measured on 840 labelled segments; --check takes the result's" }
teacher_span = { value = 18.0, source = "measured on 840 labelled segments; --check takes the result's" }
word = { value = 1.3, source = "estimate" }
"""
_ENGINE = """\
[{role}]
devices = {{ value = 1, source = "a CPU" }}
cache_tokens = {{ value = 1000000, source = "more than these traces need" }}
block_size = {{ value = 32, source = "--block-size 32, the least that works on CPU" }}
step_tokens = {{ value = 2048, source = "vLLM's default on CPU" }}
requests = {{ value = 64, source = "more than there are traces" }}

[{role}.cost]
base = {{ value = {cost.base:.4g}, source = "{how}" }}
request = {{ value = {cost.request:.4g}, source = "{how}" }}
token = {{ value = {cost.token:.4g}, source = "{how}" }}
context = {{ value = {cost.context:.4g}, source = "{how}" }}
mixed = {{ value = {cost.mixed:.4g}, source = "{how}" }}
join = {{ value = {cost.join:.4g}, source = "{how}" }}
watch = {{ value = 0.000035, source = "measured once by benchmarks.hook: hook_us_per_turn of a lexicon" }}
size = {{ value = {cost.size:.4g}, source = "{how}" }}
build = {{ value = {cost.build:.4g}, source = "{how}" }}
"""
_HOW = "measured by benchmarks.simulate --calibrate"


def measured_parameters(title: str, servers: Sequence[Measured], overlap: float) -> str:
    """Return the file's text; the first server is the student's, the last the teacher's.

    A turn of a session cannot be seen from a client: it is written as it was measured once.
    """
    count = len(servers)
    connection = {
        "delay": (0.0005, "estimate: loopback"),
        "front": (sum(server.front for server in servers) / count, _HOW),
        "front_id": (sum(server.front_id for server in servers) / count, _HOW),
        "front_text": (sum(server.front_text for server in servers) / count, _HOW),
        "made": (0.0, "seen as part of a step"),
        "chunk": (sum(server.chunk for server in servers) / count, _HOW),
        "turn": (0.00035, "measured once: CPU time of 32 requests for one token through AsyncLLM in one program"),
        "client": (sum(server.client for server in servers) / count, f"{_HOW}: CPU time of its client"),
        "client_chunk": (sum(server.client_chunk for server in servers) / count, f"{_HOW}: CPU time of its client"),
        "judge": (0.00005, "estimate: a lexicon"),
        "one_core": (True, "engines on one core, the rest on the other"),
        "shared": (True, "both engines on one core"),
        "overlap": (overlap, _HOW if count == 2 else "not measured: one server was given"),
        "extra_steps": (0, "no asynchronous scheduling on CPU"),
        "start": (60.0, "measured: 55 to 75 s"),
    }
    lines = [f"title = {_string(title)}", "", _WORKLOAD, "[connection]"]
    for name, (value, source) in connection.items():
        shown = str(value).lower() if isinstance(value, bool) else f"{value:.4g}"
        lines.append(f'{name} = {{ value = {shown}, source = "{source}" }}')
    engines = [("student", servers[0]), ("teacher", servers[-1])]
    parts = [_ENGINE.format(role=role, cost=cost, how=_HOW) for role, cost in engines]
    return "\n".join([*lines, "", *parts])


def _string(text: str) -> str:
    """Write a TOML string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
