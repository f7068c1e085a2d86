"""Pieces of texts that were not there before, cut into words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.counting.numbering import Numbering
from analysis.counting.splitting import LINE_FEED, Distinct, joins_a_blank
from analysis.counting.word_stream import LINE_START
from detectors.graphemes import may_be_parted
from detectors.places import normalise
from detectors.spans import ASCII_WORD, WORD, words

# Words as `detectors.spans.words` has them where no grapheme joins any, and ends of lines.
_PLAIN: Final = re.compile(rf"{ASCII_WORD}|\n", re.ASCII)
_WHOLE: Final = re.compile(rf"{WORD}|\n")


@dataclass(frozen=True, slots=True)
class NewPieces:
    """Some distinct pieces.

    Attributes
    ----------
    signs
        Their bytes, but the first of each is a line feed; uint8.
    sizes
        How many bytes each has, int64 of shape (pieces,).
    starts_line
        Whether its first byte was a line feed before; bool of shape (pieces,).
    is_plain
        Whether it is all ASCII; bool of shape (pieces,).
    others
        The other ones without their first byte, in order.
    is_parted
        Whether each of these can hold graphemes of several characters; bool.
    """

    signs: NDArray[np.uint8]
    sizes: NDArray[np.int64]
    starts_line: NDArray[np.bool_]
    is_plain: NDArray[np.bool_]
    others: tuple[str, ...]
    is_parted: NDArray[np.bool_]

    @classmethod
    def after(cls, count: int, pieces: Distinct) -> "NewPieces":
        """Take the pieces after the first `count`, of which there is at least one."""
        signs = np.frombuffer(pieces.data, dtype=np.uint8)[pieces.edges[count] :].copy()
        starts = pieces.edges[count:-1] - pieces.edges[count]
        starts_line = signs[starts] == ord(LINE_FEED)
        signs[starts] = ord(LINE_FEED)
        is_plain = np.bitwise_or.reduceat(signs, starts) < 128
        other = np.flatnonzero(~is_plain) + count
        others = tuple(
            pieces.data[start + 1 : end].decode("utf-8", "surrogatepass")
            for start, end in zip(pieces.edges[other].tolist(), pieces.edges[other + 1].tolist(), strict=True)
        )
        is_parted = np.fromiter(map(may_be_parted, others), dtype=np.bool_, count=len(others))
        return cls(signs, np.diff(pieces.edges[count:]), starts_line, is_plain, others, is_parted)

    def joins(self) -> NDArray[np.bool_]:
        """Return for each piece whether it makes one grapheme with a blank beside it (see `joins_a_blank`)."""
        found = np.zeros(len(self.sizes), dtype=np.bool_)
        found[np.flatnonzero(~self.is_plain)[self.is_parted]] = [joins_a_blank(text) for text in self._parted()]
        return found

    def cut(self, numbering: Numbering) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Cut the pieces into words.

        Returns
        -------
        tuple
            How many words each piece has, a `LINE_START` where it starts a line among them, int64 of shape (pieces,);
            and the words of piece after piece as `numbering` has them, int32.
        """
        from scipy.sparse import csr_array

        plain = self.signs if self.is_plain.all() else self.signs[np.repeat(self.is_plain, self.sizes)]
        # To spell words of ASCII is to make them small, before or after they are cut.
        spelled = _PLAIN.findall(plain.tobytes().lower().decode("ascii"))
        spelled += map(normalise, _WHOLE.findall("".join(LINE_FEED + text for text in self._whole())))
        for text in self._parted():
            spelled.append(LINE_FEED)
            spelled += (normalise(word.text) for word in words(text))
        found = np.fromiter(map(numbering.__getitem__, spelled), dtype=np.int32, count=len(spelled))
        # Where words stand now, and where they belong: plain pieces were cut first, those that can be parted last.
        kind = np.zeros(len(self.sizes), dtype=np.int8)
        kind[~self.is_plain] = 1 + self.is_parted
        order = np.argsort(kind, kind="stable")
        back = np.empty_like(order)
        back[order] = np.arange(len(order))
        bounds = np.append(np.flatnonzero(found == LINE_START), len(found))
        shape = len(self.sizes), len(numbering)
        table = csr_array((np.ones(len(found), dtype=np.int8), found, bounds.astype(np.int32)), shape=shape)[back]
        # Each begins with a line feed for now.
        stays = np.ones(len(found), dtype=np.bool_)
        stays[table.indptr[:-1]] = self.starts_line
        return np.diff(table.indptr) - ~self.starts_line, table.indices[stays]

    def _whole(self) -> Iterable[str]:
        return (text for text, is_parted in zip(self.others, self.is_parted, strict=True) if not is_parted)

    def _parted(self) -> Iterable[str]:
        return (text for text, is_parted in zip(self.others, self.is_parted, strict=True) if is_parted)
