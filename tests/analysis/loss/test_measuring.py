import numpy as np
import pytest

from analysis.corpus import CorpusTrace
from analysis.loss.condition import Condition
from analysis.loss.measuring import GROUP, measure_traces
from analysis.loss.rendering import Rendering
from analysis.loss.sums import RANK_LIMIT, Sums, TraceSums, key_of
from detectors.errors import DataError, UsageError
from detectors.lexicon import LexiconDetector

STYLE_WORDS = "okay , let's see . first then so hmm we need result done !"
STYLE = LexiconDetector(dict.fromkeys(STYLE_WORDS.split(), 1.0))


def by_hand(bigram, condition, token_ids):
    pairs = list(zip([condition[-1], *token_ids], token_ids, strict=False))
    return [bigram.nats(*pair) for pair in pairs], [min(bigram.rank(*pair), RANK_LIMIT) for pair in pairs]


def test_the_sums_are_those_computed_by_hand(bigram, rendering, corpus):
    for trace, sums in zip(corpus, measure_traces(corpus, bigram, rendering), strict=True):
        token_ids, _ = rendering.text_ids(trace.thinking)
        nats, ranks = by_hand(bigram, rendering.condition_ids(trace.prompt), token_ids)
        assert sums.parts.keys() == {"thinking"}
        assert sums.total == Sums(len(token_ids), len(trace.thinking), pytest.approx(sum(nats)), sum(ranks))
        assert (sums.key, sums.question) == (key_of(trace), trace.question)


def test_a_detector_splits_the_sums(bigram, rendering):
    trace = CorpusTrace("a", "run 3 + 4", "Okay, let's see. 3 + 4 = 7.")
    [sums] = measure_traces([trace], bigram, rendering, STYLE)
    [whole] = measure_traces([trace], bigram, rendering)
    assert sums.parts.keys() == {"style", "capability"}
    assert sums.total == whole.total
    token_ids, offsets = rendering.text_ids(trace.thinking)
    nats, ranks = by_hand(bigram, rendering.condition_ids(trace.prompt), token_ids)
    # The final stop is style too; the blank before the 3 belongs to the 3.
    style = (offsets[:, 1] <= 16) | (offsets[:, 0] >= len(trace.thinking) - 1)
    assert sums.parts["style"] == Sums(
        int(style.sum()), 17, pytest.approx(np.array(nats)[style].sum()), int(np.array(ranks)[style].sum())
    )


def test_windows_change_what_stands_before_a_token_and_no_bigram_sees_that(bigram, rendering):
    trace = CorpusTrace("a", "run 3 + 4", "Okay, let's see. 3 + 4 = 7. " * 30)
    bigram.context = 2000
    [whole] = measure_traces([trace], bigram, rendering, STYLE)
    assert len(bigram.read_sequences) == 1
    bigram.context = 70
    [parted] = measure_traces([trace], bigram, rendering, STYLE)
    assert max(map(len, bigram.read_sequences[1:])) == 70
    assert parted == whole


def test_a_text_is_scored_without_its_prompt_behind_the_token_that_begins_it(bigram):
    rendering = Rendering(bigram.tokenizer, Condition.NOTHING)
    [sums] = measure_traces([CorpusTrace("a", "", "So 7.")], bigram, rendering)
    [read] = bigram.read_sequences
    assert read[0] == bigram.tokenizer.eos_token_id
    assert len(read) == 1 + sums.total.tokens


def test_a_trace_without_thinking_has_no_tokens(bigram, rendering):
    told = []
    traces = [CorpusTrace("a", "run 1", "", "7"), CorpusTrace("b", "run 2", "So")]
    empty, other = measure_traces(traces, bigram, rendering, STYLE, lambda trace, sums: told.append(trace.id))
    assert empty.total == Sums()
    assert other.total.tokens
    assert told == ["a", "b"]


def test_an_answer_is_a_part_and_the_marks_before_it_are_not_scored(bigram):
    rendering = Rendering(bigram.tokenizer, answers=True)
    traces = [CorpusTrace("a", "run 3 + 4", "Okay, let's see. 3 + 4 = 7.", "So 7!"), CorpusTrace("b", "run 1", "So 1.")]
    [both, without] = measure_traces(traces, bigram, rendering, STYLE)
    assert both.parts.keys() == without.parts.keys() == {"style", "capability", "answer"}
    assert without.parts["answer"] == Sums()
    [thinking] = measure_traces(traces[:1], bigram, Rendering(bigram.tokenizer), STYLE)
    assert {name: both.parts[name] for name in thinking.parts} == thinking.parts
    closing, (answer, _) = rendering.closing_ids(), rendering.text_ids("So 7!")
    assert bigram.tokenizer.decode(closing) == "\n</think>\n\n"
    nats, ranks = by_hand(bigram, closing, answer)
    assert both.parts["answer"] == Sums(len(answer), 5, pytest.approx(sum(nats)), sum(ranks))
    read = max(bigram.read_sequences, key=len)
    assert read[-len(closing) - len(answer) :] == [*closing, *answer]


def test_traces_are_read_as_they_are_needed(bigram, rendering, corpus):
    taken = []

    def endless():
        while True:
            taken.append(1)
            yield corpus[len(taken) % len(corpus)]

    next(measure_traces(endless(), bigram, rendering))
    assert len(taken) == GROUP


def test_a_trace_that_cannot_be_scored_is_named(bigram, rendering):
    bigram.context = 30
    with pytest.raises(UsageError, match=r"trace 'a': the context of 30 tokens is too small"):
        list(measure_traces([CorpusTrace("a", "run 3", "So 3 + 4 = 7. " * 9)], bigram, rendering))
    with pytest.raises(DataError, match=r"trace 'b': the trace has no prompt"):
        list(measure_traces([CorpusTrace("b", "", "So")], bigram, rendering))


def test_sums_survive_a_row():
    sums = TraceSums("k", "q", {"style": Sums(1, 2, 0.5, 3), "capability": Sums(4, 5, 6.25, 7)})
    assert TraceSums.from_row(sums.as_row()) == sums
    assert sums.total == Sums(5, 7, 6.75, 10)


def test_a_key_is_of_prompt_thinking_and_answer():
    keys = {
        key_of(CorpusTrace(*fields))
        for fields in (
            ("a", "p", "t"),
            ("b", "p", "t", "answer", "m"),
            ("a", "p", "u"),
            ("a", "pt", ""),
            ("a", "p", "\ud83d"),
        )
    }
    assert len(keys) == 5
