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
class Distinct:
    """Distinct pieces.

    Attributes
    ----------
    data
        One after the other, in UTF-8 (lone surrogates let through); the first byte of each is a blank or a line feed.
    edges
        Piece ``i`` is ``data[edges[i]:edges[i + 1]]``; int64 of shape (pieces + 1,).
    """

    data: bytes
    edges: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.edges) - 1


NONE: Final = Distinct(b"", np.zeros(1, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of some texts.

    Attributes
    ----------
    distinct
        Each piece once: first those that were known, in their order, then new ones.
    codes
        Which piece stands where, int32 of shape (pieces,), one text after the other.
    bounds
        Text ``i`` has the pieces ``[bounds[i], bounds[i + 1])``; int64 of shape (texts + 1,).
    """

    distinct: Distinct
    codes: NDArray[np.int32]
    bounds: NDArray[np.int64]


def split(texts: Sequence[str], known: Distinct = NONE, *, careful: bool = False) -> Pieces:
    """Split texts into pieces; every line begins with a line feed, the first of a text too.

    Parameters
    ----------
    texts
        The texts.
    known
        Pieces that keep their numbers, whether or not they stand in the texts.
    careful
        Leave lines whole in which a blank is part of a grapheme (see `joins_a_blank`): there, and only there, the words
        of a line are not those of its pieces.
    """
    import pyarrow

    encoded = [_encode(text, careful=careful) for text in texts]
    # Known pieces stand before the texts, so that they are numbered first; a line feed begins each text.
    data = LINE_FEED.encode().join([known.data, *encoded])
    signs = np.frombuffer(data, dtype=np.uint8)[len(known.data) :]
    is_start = signs == ord(BLANK)
    is_start |= signs == ord(LINE_FEED)
    starts = np.flatnonzero(is_start)
    edges = np.concatenate([known.edges[:-1], starts + len(known.data), [len(data)]])
    # Nothing is copied: the pieces are views of the text.
    kind, count = pyarrow.large_binary(), len(edges) - 1
    buffers = [None, pyarrow.py_buffer(edges), pyarrow.py_buffer(data)]
    pieces = pyarrow.LargeBinaryArray.from_buffers(kind, count, buffers).dictionary_encode()
    # What Arrow offers to turn these into numpy's arrays would import pandas.
    codes = _array(pieces.indices.buffers()[1], np.int32, len(pieces))
    _, new_edges, new_data = pieces.dictionary.buffers()
    edges = _array(new_edges, np.int64, len(pieces.dictionary) + 1)
    distinct = Distinct(bytes(new_data or b"")[: edges[-1]], edges)
    sizes = np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded))
    bounds = np.searchsorted(starts, np.append(0, np.cumsum(sizes + 1)))
    return Pieces(distinct, codes[len(known) :], bounds)


def _array(buffer: Any, kind: type[Any], count: int) -> NDArray[Any]:
    # A buffer may be longer than what it holds; one of nothing may be missing.
    return np.frombuffer(buffer, dtype=kind, count=count) if buffer else np.zeros(count, dtype=kind)


def _encode(text: str, *, careful: bool) -> bytes:
    if any(sign in text for sign in _OTHER_BREAKS):
        text = LINE_FEED.join(text.splitlines())
    if careful and not text.isascii():
        # A hard blank is white space as any other, but no piece ends there.
        lines = text.split(LINE_FEED)
        joined = _joined_blank()
        text = LINE_FEED.join(line.replace(BLANK, HARD_BLANK) if joined.search(line) else line for line in lines)
    return text.encode("utf-8", "surrogatepass")


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
