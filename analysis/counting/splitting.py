"""Texts cut at blanks and line feeds, all at once, with each distinct piece kept once.

A *piece* is what stands from one blank or line feed to the next, that sign first: the words of a text are the words of
its pieces, one after the other, so each distinct piece has to be cut into words only once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

LINE_FEED, BLANK, HARD_BLANK = "\n", " ", "\xa0"
_OTHER_BREAKS: Final = tuple("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")
"""What `str.splitlines` takes for the end of a line, beside the line feed."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of some texts.

    Attributes
    ----------
    distinct
        Each piece once, in UTF-8 (lone surrogates let through); its first byte is a blank or a line feed.
    codes
        Which piece stands where, int32 of shape (pieces,), one text after the other.
    bounds
        Text ``i`` has the pieces ``[bounds[i], bounds[i + 1])``; int64 of shape (texts + 1,).
    """

    distinct: list[bytes]
    codes: NDArray[np.int32]
    bounds: NDArray[np.int64]


def split(texts: Sequence[str], *, careful: bool = False) -> Pieces:
    """Split texts into pieces; every line begins with a line feed, the first of a text too.

    Parameters
    ----------
    texts
        The texts.
    careful
        Leave lines whole in which a blank is part of a grapheme (see `joins_a_blank`): there, and only there, the words
        of a line are not those of its pieces.
    """
    import pyarrow

    encoded = [_encode(text, careful=careful) for text in texts]
    data = b"".join(encoded)
    signs = np.frombuffer(data, dtype=np.uint8)
    starts = np.flatnonzero((signs == ord(BLANK)) | (signs == ord(LINE_FEED)))
    offsets = np.append(starts, len(data))
    # Nothing is copied: the pieces are views of the text.
    pieces = pyarrow.LargeBinaryArray.from_buffers(
        pyarrow.large_binary(), len(starts), [None, pyarrow.py_buffer(offsets), pyarrow.py_buffer(data)]
    ).dictionary_encode()
    ends = np.cumsum([0, *map(len, encoded)])
    return Pieces(pieces.dictionary.to_pylist(), pieces.indices.to_numpy(), np.searchsorted(starts, ends))


def _encode(text: str, *, careful: bool) -> bytes:
    if any(sign in text for sign in _OTHER_BREAKS):
        text = LINE_FEED.join(text.splitlines())
    if careful and not text.isascii():
        # A hard blank is white space as any other, but no piece ends there.
        lines = text.split(LINE_FEED)
        joined = _joined_blank()
        text = LINE_FEED.join(line.replace(BLANK, HARD_BLANK) if joined.search(line) else line for line in lines)
    return (LINE_FEED + text).encode("utf-8", "surrogatepass")


def joins_a_blank(piece: str) -> bool:
    """Tell whether a piece, its first sign left out, would make one grapheme with a blank before or after it.

    That is so where it begins with a combining mark, or ends with one of the few signs that are written before what
    they belong to (Unicode Annex 29, rules GB9, GB9a and GB9b).
    """
    return not piece.isascii() and _joined_blank().search(f"{BLANK}{piece}{BLANK}") is not None


@lru_cache(maxsize=1)
def _joined_blank() -> Any:
    # Loaded for the first text that is not all ASCII.
    import regex

    return regex.compile(r" [\p{GCB=Extend}\p{GCB=SpacingMark}\p{GCB=ZWJ}]|\p{GCB=Prepend} ")
