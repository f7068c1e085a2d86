from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from detectors.tokens.decoding import PieceDecoder

ESCAPES = {"\ue000\ue001": "\ue000", "\ue000\ue002": "▁"}


@given(st.text(max_size=20), st.lists(st.integers(0, 60), max_size=6))
def test_pieces_join_to_the_text(text, cuts):
    decode = PieceDecoder({})
    data = text.encode()
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    read, pending = "", b""
    for start, end in pairwise(places):
        part, pending = decode(pending, data[start:end])
        read += part
    assert (read, pending) == (text, b"")


def test_what_is_no_utf8_is_replaced():
    assert PieceDecoder({})(b"", b"a\xffb") == ("a\ufffdb", b"")
    assert PieceDecoder({})(b"\xe2\x80", b"b") == ("\ufffdb", b"")


def test_escapes_are_read_across_pieces():
    decode = PieceDecoder(ESCAPES)
    text, pending = decode(b"", "a\ue000".encode())
    assert (text, pending) == ("a", "\ue000".encode())
    assert decode(pending, "\ue002b".encode()) == ("▁b", b"")
