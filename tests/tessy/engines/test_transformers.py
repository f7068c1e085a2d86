import asyncio

import pytest

from tessy.engines import open_engine
from tessy.engines.http import HttpEngine
from tessy.engines.transformers import TransformersEngine
from tessy.errors import ContextLengthError, EngineError, UsageError
from tessy.miniature import student_path
from tessy.prompts import Prompt
from tessy.settings import ModelSettings, Sampling

GREEDY = Sampling(temperature=0)
PROMPT = Prompt.from_text("run 1 + 1", id="a")


def test_what_is_named_decides_the_engine():
    assert isinstance(open_engine(ModelSettings(model="http://x:1")), HttpEngine)
    assert isinstance(open_engine(ModelSettings(model=("https://x:1", "http://x:2"))), HttpEngine)
    embedded = open_engine(ModelSettings(model="miniature/student"))
    assert isinstance(embedded, TransformersEngine)
    assert embedded.settings.model == str(student_path())


async def start(**settings):
    engine = TransformersEngine(ModelSettings(**{"model": str(student_path()), "sampling": GREEDY, **settings}))
    await engine.start()
    return engine


async def test_drafts_roll_back_and_go_on():
    engine = await start()
    session = engine.open(PROMPT, seed=1)
    draft = await session.draft(8)
    kept = list(session.keep(3))
    session.roll_back()
    again = await session.draft(5)
    assert list(draft.token_ids) == kept + list(again.token_ids)
    session.close()
    session.close()
    await engine.close()


async def test_company_changes_nothing():
    async def drafts(engine, count):
        sessions = [engine.open(Prompt.from_text(f"run {n} + 1", id=str(n)), seed=n) for n in range(count)]
        return [draft.token_ids for draft in await asyncio.gather(*(session.draft(9) for session in sessions))]

    engine = await start(sampling=Sampling(0.8, 1.0, 0))
    together = await drafts(engine, 5)
    small = await start(sampling=Sampling(0.8, 1.0, 0), batch_size=2)
    assert together == await drafts(small, 5)
    await engine.close()
    await small.close()


async def test_a_model_that_fails_fails_its_traces_and_serves_the_next():
    engine = await start()
    generate = engine._model.generate

    def broken(rows):
        raise RuntimeError("out of memory")

    engine._model.generate = broken
    with pytest.raises(EngineError, match="out of memory"):
        await engine.open(PROMPT, seed=1).draft(2)
    engine._model.generate = generate
    assert (await engine.open(PROMPT, seed=1).draft(2)).text
    await engine.close()


async def test_a_cancelled_trace_leaves_the_batch():
    engine = await start()
    task = asyncio.create_task(engine.open(PROMPT, seed=1).draft(2))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await engine.open(PROMPT, seed=1).draft(2)).text
    await engine.close()


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"model": "/nowhere"}, UsageError, "/nowhere"),
        ({"model": ("a", "http://b")}, EngineError, "mixes"),
        ({"context_length": 5}, ContextLengthError, "5"),
    ],
)
async def test_what_cannot_be_is_said(settings, error, said):
    with pytest.raises(error, match=said):
        (await start(**settings)).open(PROMPT, seed=0)


async def test_a_folder_without_weights_is_named(tmp_path):
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "config.json"):
        (tmp_path / name).write_bytes((student_path() / name).read_bytes())
    with pytest.raises(EngineError, match="cannot load the model"):
        await start(model=str(tmp_path))


async def test_the_rows_name_model_and_hashes():
    engine = await start()
    assert engine.describe()["model"] == "student"
    assert all(len(engine.describe()[key]) == 16 for key in ("weights", "tokenizer"))
    await engine.close()


def test_an_engine_serves_one_event_loop_after_another():
    # A notebook calls `synthesize` again and again, and each call has a loop of its own.
    engine = TransformersEngine(ModelSettings(model=str(student_path()), sampling=GREEDY))

    async def drafts():
        await engine.start()
        draft = await asyncio.wait_for(engine.open(PROMPT, seed=1).draft(5), timeout=20)
        await engine.close()
        return draft.token_ids

    assert asyncio.run(drafts()) == asyncio.run(drafts())


@pytest.mark.parametrize("device", ["nonsense", "meta:nonsense"])
async def test_a_device_that_is_not_there_is_named(device):
    with pytest.raises(UsageError, match=f"device '{device}'"):
        await start(device=device)


async def test_weights_that_are_cut_off_are_one_clear_error(tmp_path):
    for path in student_path().iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    weights = (tmp_path / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(weights[: len(weights) // 2])
    with pytest.raises(EngineError, match="cannot load the model"):
        await start(model=str(tmp_path))


async def test_a_closed_session_holds_no_keys_and_values():
    engine = await start()
    session = engine.open(PROMPT, seed=1)
    await session.draft(5)
    assert session._generator._memory.values.numel()
    session.close()
    assert session._generator._memory.values is None
    await engine.close()
