"""The real vLLM servers that other tests stand on: two vocabularies, ids in and ids out, ended without a trace."""

from pathlib import Path

import pytest

from tests.support.pool import ServerPool
from tests.support.servers import living

pytestmark = pytest.mark.slow


def test_two_vocabularies_take_ids_and_return_ids(servers: ServerPool, smollm2: Path, gemma: Path) -> None:
    from transformers import AutoTokenizer

    for server, folder in zip(servers(smollm2, gemma), (smollm2, gemma), strict=True):
        tokenizer = AutoTokenizer.from_pretrained(folder)
        messages = [{"role": "user", "content": "Name a colour."}]
        rendered = tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        prompt = tokenizer.encode(rendered, add_special_tokens=False)
        choice = server.complete(prompt, max_tokens=16, ignore_eos=True)
        assert choice["prompt_token_ids"] == prompt
        assert len(choice["token_ids"]) == 16
        assert choice["text"] == tokenizer.decode(choice["token_ids"], skip_special_tokens=True)
        grown = server.complete([*prompt, *choice["token_ids"][:8]], max_tokens=8, ignore_eos=True)
        assert grown["token_ids"] == choice["token_ids"][8:]


def test_a_killed_server_leaves_nothing_and_starts_again_on_its_port(servers: ServerPool, smollm2: Path) -> None:
    (server,) = servers(smollm2)
    group, url = server.process_group, server.url
    assert len(living(group)) > 1
    server.kill()
    assert not server.running
    assert not server.healthy()
    assert living(group) == []
    assert servers(smollm2)[0].url == url
    assert server.healthy()
