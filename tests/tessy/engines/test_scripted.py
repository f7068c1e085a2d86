from tessy.engines.base import DraftStop
from tessy.engines.scripted import ScriptedEngine
from tessy.prompts import Prompt


async def test_a_script_is_read_on_from_where_the_trace_is():
    session = ScriptedEngine("one two three four</think>4").open(Prompt.from_text("?"), seed=0)
    assert (await session.draft(2)).text == "one two"
    assert list(session.keep(1)) == [0]
    session.roll_back()
    session.append(" 2!!")
    draft = await session.draft(9)
    assert (draft.text, draft.stop, list(draft.ends)) == (" three four", DraftStop.END, [6, 11])
    session.begin_answer()
    assert (await session.draft(9)).text == "4"
    assert session.counters.made == 5


async def test_the_script_may_depend_on_the_prompt():
    engine = ScriptedEngine(lambda prompt: prompt.messages[0]["content"] + "</think>", name="parrot")
    await engine.start()
    assert (await engine.open(Prompt.from_text("hello"), seed=0).draft(9)).text == "hello"
    assert engine.describe() == {"model": "parrot"}
    await engine.close()
