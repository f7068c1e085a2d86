import asyncio
import threading

import pytest

from detectors.lexicon import LexiconDetector
from tessy.engines.scripted import ScriptedEngine
from tessy.prompts import Prompt
from tessy.span_reader import SpanReader
from tessy.synthesizer import Synthesizer

LEXICON = LexiconDetector({"okay ,": 1.0, "wait ,": 1.0})


class Reading(LexiconDetector):
    """A lexicon that is asked for many texts at once, as detectors on language models are."""

    def __init__(self, phrases, **settings):
        super().__init__(phrases, **settings)
        self.batches, self.threads = [], set()

    def probabilities_many(self, texts):
        self.batches.append(len(texts))
        self.threads.add(threading.get_ident())
        return [self.probabilities(text) for text in texts]


async def test_texts_that_wait_are_read_together_and_not_in_the_loops_thread():
    detector = Reading(LEXICON.phrases)
    reader = SpanReader(detector)
    texts = [f"Okay, {number}. Wait, no." for number in range(20)]
    found = await asyncio.gather(*map(reader.spans, texts))
    assert found == [LEXICON.spans(text) for text in texts]
    assert detector.batches == [20]
    assert detector.threads.isdisjoint({threading.get_ident()})
    assert await reader.spans("Wait, 3") == LEXICON.spans("Wait, 3")


async def test_an_error_reaches_those_who_asked_and_no_one_else():
    class Broken(Reading):
        def probabilities_many(self, texts):
            if any("break" in text for text in texts):
                raise ValueError("broken")
            return super().probabilities_many(texts)

    reader = SpanReader(Broken(LEXICON.phrases))
    with pytest.raises(ValueError, match="broken"):
        await reader.spans("break")
    assert await reader.spans("Okay, 3") == LEXICON.spans("Okay, 3")


def test_traces_are_the_same_as_with_a_detector_that_reads_one_by_one():
    script = "Okay, 3 + 4 = 7. Wait, 7 * 2 = 14.</think>14"
    asked = [Prompt.from_text("?", id=str(number)) for number in range(8)]
    reading = Reading(LEXICON.phrases)
    together = Synthesizer(ScriptedEngine(script), ScriptedEngine(script), reading).synthesize(asked)
    apart = Synthesizer(ScriptedEngine(script), ScriptedEngine(script), LEXICON).synthesize(asked)
    assert [(trace.text, trace.segments) for trace in together] == [(trace.text, trace.segments) for trace in apart]
    assert max(reading.batches) == 8
