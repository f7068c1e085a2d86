"""A real vLLM server that has the plugin: the same greedy text, ended at the boundary."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tessy.chat import Chat
from tessy.engines.base import StopRule
from tessy.miniature import questions, student_path
from tessy.vllm_plugin import DETECTORS_VARIABLE
from tessy.vllm_plugin.extra_args import READY, probe_arguments, stop_arguments
from tessy.vocabulary import Vocabulary
from tessy.watch import BoundaryFinder
from tests.support.pool import ServerPool
from tests.support.servers import VllmServer
from tests.tessy.vllm_plugin.test_hook import stop_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
MOST = 60


@pytest.fixture(scope="module")
def server(servers: ServerPool, folders: dict[str, Path]) -> VllmServer:
    """A server with the plugin, and memory for three of our requests at once."""
    broken = folders["lexicon"].parent / "broken"
    broken.mkdir(exist_ok=True)
    environment = {DETECTORS_VARIABLE: os.pathsep.join(map(str, (broken, *folders.values())))}
    options = ("--num-gpu-blocks-override", "10", "--max-model-len", "192")
    return servers(student_path(), options=options, environment=environment)[0]


@pytest.fixture(scope="module")
def prompts() -> list[list[int]]:
    """Prompts of 16 questions, each with some tokens of the model's own to go on from."""
    chat = Chat(Vocabulary.load(str(student_path())))
    return [
        chat.prompt_ids([{"role": "user", "content": question.prompt}]) for question in questions("run", 16, seed=3)
    ]


def complete(server: VllmServer, prompt: list[int], arguments: dict[str, Any] | None = None) -> dict[str, Any]:
    more = {} if arguments is None else {"vllm_xargs": arguments}
    return server.complete(prompt, max_tokens=MOST, ignore_eos=True, **more)


def preemptions(server: VllmServer) -> float:
    metrics = httpx.get(f"{server.url}/metrics", timeout=30).text
    return sum(map(float, re.findall(r"^vllm:num_preemptions_total.* (\S+)$", metrics, re.MULTILINE)))


def test_it_stops_at_the_boundary_of_the_same_text(
    server: VllmServer, prompts: list[list[int]], finder: BoundaryFinder
) -> None:
    lengths = set()
    for number, prompt in enumerate(prompts):
        line = complete(server, prompt)["token_ids"]
        assert len(line) == MOST
        for style in (False, True):
            # From different places of the text, as a turn does that goes on after another.
            start = number % 7 if style else number
            rule = StopRule(finder.fingerprint, "", writes_style=style, first_word_is_own=number % 3 == 0)
            length, reason = stop_of(finder, rule, line[start:])
            choice = complete(server, prompt + line[:start], stop_arguments(rule))
            if reason is not None:
                assert (choice["token_ids"], choice["stop_reason"]) == (line[start : start + length], reason)
                lengths.add(length)
    assert len(lengths) > 4


def test_too_little_memory_changes_nothing(
    server: VllmServer, prompts: list[list[int]], finder: BoundaryFinder
) -> None:
    # This student owns no word: every one of its drafts stops after a while, at the teacher's first own word.
    rules = [StopRule(finder.fingerprint, "", writes_style=True, first_word_is_own=True)] * len(prompts)
    alone = [complete(server, prompt, stop_arguments(rule)) for prompt, rule in zip(prompts, rules, strict=True)]
    before = preemptions(server)
    with ThreadPoolExecutor(len(prompts)) as threads:
        plain = [threads.submit(complete, server, prompt) for prompt in prompts]
        asking = [
            threads.submit(complete, server, prompt, stop_arguments(rule))
            for prompt, rule in zip(prompts, rules, strict=True)
        ]
        together = [future.result() for future in asking]
        assert all(len(future.result()["token_ids"]) == MOST for future in plain)
    assert preemptions(server) > before
    assert [(made["token_ids"], made["stop_reason"]) for made in together] == [
        (made["token_ids"], made["stop_reason"]) for made in alone
    ]


def test_the_probe(server: VllmServer, prompts: list[list[int]], finder: BoundaryFinder) -> None:
    known = complete(server, prompts[0], probe_arguments(finder.fingerprint))
    assert (len(known["token_ids"]), known["stop_reason"]) == (1, READY)
    unknown = complete(server, prompts[0], probe_arguments("0" * 16))
    assert (len(unknown["token_ids"]), unknown["stop_reason"]) == (MOST, None)


def test_nonsense_does_not_end_the_server(server: VllmServer, prompts: list[list[int]], finder: BoundaryFinder) -> None:
    fingerprint = finder.fingerprint
    plain = complete(server, prompts[0])["token_ids"]
    for arguments in (
        {"other": "thing"},
        {"tessy_detector": 3.5},
        {"tessy_detector": fingerprint, "tessy_style": "?"},
        {"tessy_detector": fingerprint, "tessy_style": 2},
        {"tessy_detector": fingerprint, "tessy_before": ["so"]},
        {"tessy_detector": fingerprint, "tessy_open": "12"},
        {"tessy_detector": fingerprint, "tessy_open": [0.5]},
        {"tessy_detector": fingerprint, "tessy_open": [-1]},
        {"tessy_detector": fingerprint, "tessy_open": list(range(5_000))},
        {"tessy_detector": fingerprint, "tessy_before": "so " * 40_000},
    ):
        assert complete(server, prompts[0], arguments)["token_ids"] == plain, arguments
    odd = {"tessy_detector": fingerprint, "tessy_open": [2**31 - 1], "tessy_before": "\u0000\ufffd"}
    assert complete(server, prompts[0], odd)["token_ids"]
    assert server.healthy()
    log = server.log.read_text(errors="replace")
    assert log.count("runs as a plain one") == 1
    assert "a detector is left out" in log
    assert "Traceback" not in log
