import json

import pytest

from analysis.labels import read_labels
from detectors.errors import DataError
from detectors.spans import Span


def write(path, *rows):
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def test_labels_are_read(tmp_path):
    path = write(
        tmp_path / "l.jsonl",
        {"id": "a", "text": "So 3", "spans": [[0, 2]], "model": "m", "question": "q"},
        {"text": "3", "spans": []},
    )
    first, second = read_labels(path)
    assert (first.id, first.spans, first.model, first.question) == ("a", (Span(0, 2),), "m", "q")
    assert (second.id, second.question) == ("2", "2")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"spans": []}, "'text' must be a string"),
        ({"text": "So"}, "'spans' must be a list"),
        ({"text": "So", "spans": [[0, 3]]}, "does not fit a text of 2 characters"),
        ({"text": "So", "spans": [[1, 1]]}, "does not fit"),
        ({"text": "So", "spans": [[-1, 1]]}, "does not fit"),
        ({"text": "So", "spans": ["So"]}, "not a span: 'So'"),
        ({"text": "So", "spans": [[False, True]]}, "not a span"),
        ({"text": "So so", "spans": [[3, 5], [0, 2]]}, "overlaps or precedes"),
        ({"text": "So so", "spans": [[0, 3], [2, 5]]}, "overlaps or precedes"),
        ({"id": "a", "text": "So", "spans": []}, "already used on line 1"),
    ],
)
def test_a_bad_row_is_named(tmp_path, row, message):
    path = write(tmp_path / "l.jsonl", {"id": "a", "text": "x", "spans": []}, row)
    with pytest.raises(DataError, match=message) as caught:
        read_labels(path)
    assert caught.value.where == f"{path}:2"
