import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from analysis.annotation.choices import PromptName
from analysis.annotation.estimate import Estimate
from analysis.annotation.prompts import question
from analysis.annotation.segments import TraceSegment
from analysis.labels import read_labels


@given(st.lists(st.text(), max_size=5), st.lists(st.text(), max_size=5))
def test_estimates_add_up(first, second):
    one, two = ([TraceSegment("", text, "", "") for text in texts] for texts in (first, second))
    whole = Estimate.of(one + two, PromptName.TABLE2)
    assert Estimate.of(one, PromptName.TABLE2) + Estimate.of(two, PromptName.TABLE2) == whole
    assert whole.requests == len(first) + len(second)


def test_a_price_is_per_million_tokens():
    assert Estimate(1, 2_000_000, 500_000).price(0.5, 4.0) == pytest.approx(3.0)


def test_the_estimate_is_near_a_real_tokenizer(shared_data, smollm2):
    tokenizer = Tokenizer.from_file(str(smollm2 / "tokenizer.json"))
    labels = read_labels(shared_data / "style-spans" / "train.jsonl")[::10]
    segments = [TraceSegment(label.id, label.text, "", "") for label in labels]
    estimate = Estimate.of(segments, PromptName.STRICT)
    asked = [question(PromptName.STRICT, label.text)[0]["content"] for label in labels]
    answered = [json.dumps([label.text[span.start : span.end] for span in label.spans]) for label in labels]
    prompts, answers = (sum(len(tokenizer.encode(text)) for text in texts) for texts in (asked, answered))
    assert estimate.prompt_tokens == pytest.approx(prompts, rel=0.25)
    assert estimate.completion_tokens == pytest.approx(answers, rel=0.25)
