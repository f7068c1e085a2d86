import asyncio
from random import Random

import pytest

from analysis.fitting import fit_logistic
from analysis.labels import LabelledText
from tessy.draft_reader import DraftReader
from tessy.engines.scripted import ScriptedEngine
from tessy.miniature import student_path, style_spans
from tessy.miniature.writers import STUDENT, TEACHER, write
from tessy.prompts import Prompt
from tessy.synthesizer import Synthesizer
from tessy.vocabulary import Vocabulary
from tessy.watch import BoundaryFinder

TEXTS = [write(["3 + 4 = 2", "2 * 2 = 4"], "4", (STUDENT, TEACHER), Random(seed)) for seed in range(60)]
LABELS = [LabelledText(str(number), text, tuple(style_spans(text))) for number, text in enumerate(TEXTS)]


@pytest.fixture(scope="module")
def detector():
    return fit_logistic(LABELS, lookahead=0)


@pytest.fixture(scope="module")
def finder(detector):
    return BoundaryFinder.compile(detector, Vocabulary.load(str(student_path())))


def seen(watch):
    return watch.pushed, watch.boundary, watch.settled, watch.ended


async def test_drafts_that_are_there_together_are_judged_as_each_alone(finder):
    vocabulary = Vocabulary.load(str(student_path()))
    drafts = [(vocabulary.encode(text)[: 3 + number], number % 2 == 0) for number, text in enumerate(TEXTS)]
    alone = [finder.watch("", writes_style=style) for _, style in drafts]
    for watch, (tokens, _) in zip(alone, drafts, strict=True):
        any(watch.push(token) for token in tokens)
    reader = DraftReader(finder)
    together = [finder.watch("", writes_style=style) for _, style in drafts]
    await asyncio.gather(*(reader.follow(w, tokens) for w, (tokens, _) in zip(together, drafts, strict=True)))
    assert list(map(seen, together)) == list(map(seen, alone))
    assert any(watch.boundary is not None for watch in together)


async def test_an_error_reaches_those_who_asked(finder, monkeypatch):
    def broken(watches, tokens):
        raise ValueError("broken")

    reader = DraftReader(finder)
    with monkeypatch.context() as patch:
        patch.setattr(finder, "push_many", broken)
        with pytest.raises(ValueError, match="broken"):
            await reader.follow(finder.watch("", writes_style=True), [5, 6])
    await reader.follow(finder.watch("", writes_style=True), [5, 6])


def test_traces_at_once_are_those_one_by_one(detector):
    asked = [Prompt.from_text("?", id=str(number)) for number in range(12)]
    script = TEXTS[0] + "</think>4"

    def traces(concurrency):
        engines = ScriptedEngine(script, stops_inside=True), ScriptedEngine(script)
        return Synthesizer(*engines, detector, concurrency=concurrency).synthesize(asked)

    together, apart = traces(12), traces(1)
    assert [(trace.text, trace.segments) for trace in together] == [(trace.text, trace.segments) for trace in apart]
    assert together[0].hand_overs > 2
