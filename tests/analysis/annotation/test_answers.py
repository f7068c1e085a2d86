import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.annotation.answers import read_answer
from analysis.annotation.faults import AnswerError, BadJsonError, EmptyAnswerError, NotStringsError


@pytest.mark.parametrize(
    "answer",
    [
        '["So", "Wait,"]',
        ' \n["So","Wait,"]\n',
        '```json\n["So", "Wait,"]\n```',
        '```\n["So", "Wait,"]```',
        '<think>["no"] or ["So"]?</think>\n\n["So", "Wait,"]',
        '{"spans": ["So", "Wait,"]}',
        '[" So ", "Wait,\\n"]',
    ],
)
def test_a_list_of_strings_is_read(answer):
    assert read_answer(answer) == ["So", "Wait,"]


@pytest.mark.parametrize(
    ("answer", "error", "message"),
    [
        ("", EmptyAnswerError, "empty"),
        (" \n", EmptyAnswerError, "empty"),
        ("```json\n```", EmptyAnswerError, "empty"),
        ("<think>hm</think>", EmptyAnswerError, "empty"),
        ("The spans are: []", BadJsonError, "it begins 'The spans are: \\[\\]'"),
        ('["So"', BadJsonError, "not JSON"),
        ("['So']", BadJsonError, "not JSON"),
        ('["So"] That is all.', BadJsonError, "Extra data"),
        ('```json\n["So"]\n```\nDone.', BadJsonError, "not JSON"),
        ("[" * 100_000, BadJsonError, "not JSON"),
        ("null", NotStringsError, "not an array: null"),
        ('"So"', NotStringsError, 'not an array: "So"'),
        ('{"spans": ["So"], "why": ""}', NotStringsError, "not an array"),
        ('["So", 3]', NotStringsError, "item 2 of the array is not a string: 3"),
        ('[["So"]]', NotStringsError, "item 1"),
        ('[""]', NotStringsError, "item 1 of the array holds no word"),
    ],
)
def test_anything_else_is_named(answer, error, message):
    with pytest.raises(error, match=message):
        read_answer(answer)


@given(st.lists(st.text(min_size=1).map(str.strip).filter(bool)))
def test_what_is_written_is_read(strings):
    assert read_answer(json.dumps(strings)) == strings
    assert read_answer(json.dumps({"spans": strings}, ensure_ascii=False)) == strings


@given(st.text())
def test_any_text_is_read_or_named(answer):
    try:
        strings = read_answer(answer)
    except AnswerError:
        return
    assert all(isinstance(string, str) and string for string in strings)
