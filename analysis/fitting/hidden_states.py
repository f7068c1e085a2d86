"""A corpus's hidden states on disk: extracted once, in pieces that a run cut short goes on after."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from detectors.encoding import Encoding
from detectors.errors import UsageError
from detectors.hidden_states import HiddenStates
from detectors.spans import words
from detectors.state_source import Piece, States

_Float = TypeVar("_Float", bound=np.floating[Any])

Report = Callable[[int, int], None]
"""Told how many words are done, and how many there are."""

_GROUP = 64
"""Texts that are extracted between two notes of how far the extraction is."""
_LARGEST = float(np.finfo(np.float16).max)
_NOTE, _ARRAY = "extracted.json", "states.npy"
_open_memmap: Callable[..., "np.memmap[Any, np.dtype[np.float16]]"] = np.lib.format.open_memmap


@dataclass(frozen=True, slots=True, eq=False)
class StoredStates:
    """States of known texts from disk; the model reads only texts that are not among them. A `StateSource`.

    Attributes
    ----------
    source
        The model.
    layers
        Which of the stored layers to give.
    array
        Shape (words, layers, width), float16, on disk: every word of every text.
    rows
        Text -> the rows [first, end) of its words.
    """

    source: HiddenStates
    layers: tuple[int, ...]
    array: NDArray[np.float16]
    rows: dict[str, tuple[int, int]]

    @property
    def model(self) -> str:
        """The model's folder or name."""
        return self.source.model

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the model."""
        return self.source.fingerprint

    @property
    def stride(self) -> int:
        """Tokens: half a window."""
        return self.source.stride

    def encode(self, text: str) -> Encoding:
        """Cut a text into the model's tokens."""
        return self.source.encode(text)

    def only(self, *layers: int) -> "StoredStates":
        """Return the same store giving some of its layers, in rising order."""
        return StoredStates(self.source, tuple(sorted(layers)), self.array, self.rows)

    def states(self, text: str) -> NDArray[np.float16]:
        """Return the states of a stored text, float16, shape (words, layers, width)."""
        first, end = self.rows[text]
        return self._chosen(self.array[first:end])

    def read(self, texts: Sequence[str]) -> Iterator[Piece]:
        """Yield the states of all words of all texts."""
        unknown = [index for index, text in enumerate(texts) if text not in self.rows]
        for index, text in enumerate(texts):
            if text in self.rows:
                yield Piece(index, 0, self.states(text))
        if unknown:
            for piece in self.source.read([texts[index] for index in unknown]):
                yield Piece(unknown[piece.text], piece.first, self._chosen(piece.states))

    def _chosen(self, states: NDArray[_Float]) -> NDArray[_Float]:
        if self.layers == self.source.layers:
            return states
        return states[:, [self.source.layers.index(layer) for layer in self.layers]]


@contextmanager
def extracted(
    source: HiddenStates, texts: Sequence[str], *, cache: Path | None = None, report: Report | None = None
) -> Iterator[StoredStates]:
    """Extract the states of texts to disk, two bytes a number, and give them back; memory does not grow with the texts.

    Parameters
    ----------
    source
        The model and its layers.
    texts
        The texts; equal ones are extracted once.
    cache
        Where the states are kept, in a folder named after the model, layers and texts; an extraction that was cut short
        goes on there, and one that ended is used again. None keeps them only until the block ends.
    report
        Told how far it is.

    Raises
    ------
    UsageError, MissingExtraError
        When the model cannot be loaded, or the states cannot be written: where `cache` is no folder, or the disk full.
    """
    distinct = list(dict.fromkeys(texts))
    if cache is not None:
        yield _extract(source, distinct, cache / _name(source, distinct), report)
        return
    with tempfile.TemporaryDirectory(prefix="tessy-states-") as folder:
        yield _extract(source, distinct, Path(folder), report)


def _name(source: HiddenStates, texts: Sequence[str]) -> str:
    content = json.dumps([source.fingerprint, source.layers, source.stride, texts])
    return f"states-{hashlib.sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def _extract(source: HiddenStates, texts: Sequence[str], folder: Path, report: Report | None) -> StoredStates:
    try:
        return _extract_to(source, texts, folder, report)
    except OSError as error:
        raise UsageError(f"hidden states cannot be written to {folder}: {error.strerror or error}") from error


def _extract_to(source: HiddenStates, texts: Sequence[str], folder: Path, report: Report | None) -> StoredStates:
    counts = [len(words(text)) for text in texts]
    ends = np.cumsum(counts, dtype=np.int64).tolist()
    rows = {text: (end - count, end) for text, count, end in zip(texts, counts, ends, strict=True)}
    total = sum(counts)
    folder.mkdir(parents=True, exist_ok=True)
    groups, array = _resume(folder)
    done = sum(counts[: groups * _GROUP])
    for first in range(groups * _GROUP, len(texts), _GROUP):
        for piece in source.read(texts[first : first + _GROUP]):
            if array is None:
                array = _new_array(folder, (total, *piece.states.shape[1:]))
            row = rows[texts[first + piece.text]][0] + piece.first
            array[row : row + len(piece.states)] = _as_half(piece.states)
        if array is not None:
            array.flush()
            _note(folder, first // _GROUP + 1)
        done += sum(counts[first : first + _GROUP])
        if report is not None:
            report(done, total)
    return StoredStates(
        source, source.layers, np.zeros((0, len(source.layers), 0), np.float16) if array is None else array, rows
    )


def _resume(folder: Path) -> "tuple[int, np.memmap[Any, np.dtype[np.float16]] | None]":
    """Return how many groups of texts were extracted before, and the array they are in."""
    try:
        groups = int(json.loads((folder / _NOTE).read_text(encoding="utf-8"))["groups"])
        return groups, _open_memmap(folder / _ARRAY, mode="r+")
    except (OSError, ValueError, KeyError, TypeError):
        return 0, None


def _new_array(folder: Path, shape: tuple[int, ...]) -> "np.memmap[Any, np.dtype[np.float16]]":
    return _open_memmap(folder / _ARRAY, mode="w+", dtype=np.float16, shape=shape)


def _note(folder: Path, groups: int) -> None:
    """Write how far the extraction is; the note appears whole or not at all."""
    draft = folder / f"{_NOTE}.part"
    draft.write_text(json.dumps({"groups": groups}), encoding="utf-8")
    draft.replace(folder / _NOTE)


def _as_half(states: States) -> NDArray[np.float16]:
    return np.clip(states, -_LARGEST, _LARGEST).astype(np.float16)
