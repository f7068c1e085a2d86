from hypothesis import given
from hypothesis import strategies as st

from tessy.manuscript import Manuscript
from tessy.trace import Piece, Role

PIECES = st.builds(
    Piece, st.sampled_from(Role), st.text(max_size=9), st.lists(st.integers(0, (1 << 32) - 1), max_size=5).map(tuple)
)


@given(st.lists(PIECES, max_size=200), st.integers(0, 210))
def test_pieces_come_back_as_they_were_written(pieces, start):
    manuscript = Manuscript()
    for piece in pieces:
        manuscript.add(piece)
    assert list(manuscript) == pieces
    assert manuscript.pieces(start) == tuple(pieces[start:])
    assert manuscript.text == "".join(piece.text for piece in pieces)
    assert len(manuscript) == len(pieces)


def test_what_comes_after_a_look_is_there_too():
    manuscript = Manuscript()
    for number in range(200):
        manuscript.add(Piece(Role.TEACHER, str(number), (number,)))
        assert manuscript.pieces(number) == (Piece(Role.TEACHER, str(number), (number,)),)
