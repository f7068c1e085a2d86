import base64
import json
import re
import zlib

from hypothesis import given
from hypothesis import strategies as st

from tessy.viewer.bundle import bundles
from tessy.viewer.trace_view import read_view
from tests.tessy.viewer.conftest import row

# Everything JSON can carry, half surrogate pairs too, and above all what could end an element.
NASTY = st.text(st.one_of(st.characters(), st.sampled_from("<>/!-\u2028\u202e\0\ud800")), max_size=20)
HEADS = re.compile(r'<script type="application/json" class="heads">([^<]*)</script>\n')
TEXTS = re.compile(r'<script type="text/plain" class="texts">([\w+/=]*)</script>\n')


def read(elements):
    """Read the elements as a browser does."""
    heads, rows = [], []
    for element in elements:
        assert element.isascii()
        listed, packed = HEADS.match(element), TEXTS.search(element)
        assert element == listed[0] + packed[0]
        heads += json.loads(listed[1])
        rows += json.loads(zlib.decompress(base64.b64decode(packed[1])))
    return heads, rows


@given(NASTY, NASTY, NASTY)
def test_any_row_comes_back_and_breaks_out_of_nothing(question, thinking, answer):
    entry = row(thinking="Okay," + thinking + ".", answer=answer, metadata={"</script>": question})
    entry["messages"][0]["content"] = question
    view = read_view(entry, "x:1")
    [head], [shown] = read(bundles([(view, {})]))
    assert head[1] == " ".join(question.split())
    assert shown["question"] == question
    assert shown["thinking"] == [[list(part) for part in block] for block in view.thinking]
    assert shown["answer"] == [[list(part) for part in block] for block in view.answer]
    assert json.loads(shown["metadata"]) == {"</script>": question}


def test_small_rows_share_a_bundle_and_large_ones_do_not():
    small = [(read_view(row(number), "x:1"), {}) for number in range(50)]
    large = [(read_view(row(number, "Okay, " + "so\n" * 30_000), "x:1"), {}) for number in range(3)]
    assert len(list(bundles(small))) == 1
    assert len(list(bundles(large))) == 3
    heads, rows = read(bundles([*small, *large]))
    assert [head[0] for head in heads] == [shown["id"] for shown in rows] == [view.id for view, _ in [*small, *large]]


def test_what_a_browser_cannot_hold_is_text():
    entry = row(provenance={"seed": 2**63 + 1, "rate": float("nan")})
    _, [shown] = read(bundles([(read_view(entry, "x:1"), {})]))
    assert str(2**63 + 1) in shown["provenance"]
    assert "NaN" in shown["provenance"]
