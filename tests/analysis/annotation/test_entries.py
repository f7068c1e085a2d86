from pathlib import Path

import pytest

from analysis.annotation.entries import read_entries
from detectors.errors import UsageError


def test_passes_and_repeated_models_are_numbered():
    first, second, third = read_entries(["org/a@http://h/v1", "b@https://h", "org/a@http://other"])
    assert (first.model, first.url, first.name) == ("org/a", "http://h/v1", "org/a")
    assert (third.url, third.name) == ("http://other", "org/a#2")
    assert [entry.name for entry in read_entries(["a@http://h"], passes=3)] == ["a", "a#2", "a#3"]
    assert second.out(Path("x/spans.jsonl")) == Path("x/spans.b.jsonl")
    assert third.out(Path("x/spans.jsonl")) == Path("x/spans.org_a_2.jsonl")


def test_a_model_may_hold_an_at_sign():
    [entry] = read_entries(["claude@2026@http://h"])
    assert (entry.model, entry.url) == ("claude@2026", "http://h")


@pytest.mark.parametrize(
    ("text", "message"),
    [("a", "is no annotator"), ("@http://h", "is no annotator"), ("a@h", "is no annotator"), ("a@http://", "no annot")],
)
def test_what_is_no_annotator_is_refused(text, message):
    with pytest.raises(UsageError, match=message):
        read_entries([text])
