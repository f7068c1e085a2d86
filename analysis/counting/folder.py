"""A folder in which the counts of a corpus are kept while it is counted: arrays in safetensors, the rest in JSON."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from analysis.counting.batch import Terms
from analysis.counting.tally import Tally
from analysis.counting.term_counter import TermCounter
from analysis.sources.shards import Shards
from detectors.errors import DataError, UsageError

FORMAT_VERSION: Final = 1
_STATE = "counts.json"
_EDGE = 1 << 16


def fingerprint(shards: Shards) -> str:
    """Return a hash of a corpus: for each file its name, its size, and its first and last 64 KiB."""
    digest = hashlib.sha256()
    for path in shards.files:
        try:
            with path.open("rb") as file:
                size = path.stat().st_size
                digest.update(f"{path.name}\n{size}\n".encode("utf-8", "surrogatepass"))
                digest.update(file.read(_EDGE))
                file.seek(max(0, size - _EDGE))
                digest.update(file.read(_EDGE))
        except FileNotFoundError:
            raise UsageError(f"no such file: {path}", advice="check the path") from None
        except OSError as error:
            raise UsageError(f"cannot read {path}: {error.strerror}") from error
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class CountsFolder:
    """Keeps the counts of one corpus.

    Attributes
    ----------
    folder
        Where.
    shards
        The corpus.
    text
        The name of what is counted of each trace.
    """

    folder: Path
    shards: Shards
    text: str

    def _identity(self, counter: TermCounter) -> dict[str, Any]:
        return {
            "format": FORMAT_VERSION,
            "corpus": fingerprint(self.shards),
            "text": self.text,
            "longest": counter.longest,
            "capacity": counter.capacity,
        }

    def load(self, counter: TermCounter) -> int:
        """Put what is kept into an empty counter; returns how many rows it counts, 0 where nothing is kept.

        Raises
        ------
        UsageError
            When the folder keeps counts of another corpus, other texts or other settings, or holds something else.
        DataError
            When a file in it is broken.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        path = self.folder / _STATE
        if not path.is_file():
            if self.folder.is_file() or (self.folder.is_dir() and any(self.folder.iterdir())):
                raise UsageError(f"{self.folder} exists and holds no counts", advice="choose another folder")
            return 0
        try:
            state = json.loads(path.read_bytes())
            for name, wanted in self._identity(counter).items():
                if state[name] != wanted:
                    raise UsageError(
                        f"{self.folder} keeps counts of another {name}" + _values(name, state[name], wanted),
                        advice="choose another folder, or delete this one",
                    )
            content = (self.folder / state["arrays"]).read_bytes()
            if hashlib.sha256(content).hexdigest() != state["sha256"]:
                raise ValueError("the arrays do not have the hash that is written beside them")
            _restore(counter, load(content), state)
            return int(state["rows"])
        except (OSError, ValueError, LookupError, TypeError, SafetensorError) as error:
            raise DataError(
                f"the counts cannot be read: {error}", where=str(path), advice="delete the folder to count anew"
            ) from error

    def save(self, counter: TermCounter, rows: int) -> None:
        """Keep what is counted, `rows` rows; what was kept before is replaced, whole or not at all.

        Raises
        ------
        UsageError
            When the folder cannot be written.
        """
        from safetensors.numpy import save

        content = save(_arrays(counter))
        name = f"counts-{rows}.safetensors"
        state = self._identity(counter) | {
            "rows": rows,
            "texts": counter.texts,
            "words": counter.words,
            "forgotten": [tally.forgotten for tally in counter.tallies],
            "arrays": name,
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_bytes(content)
            draft = self.folder / f".{_STATE}"
            draft.write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")
            draft.replace(self.folder / _STATE)
            for old in self.folder.glob("counts-*.safetensors"):
                if old.name != name:
                    old.unlink()
        except OSError as error:
            raise UsageError(f"cannot write {self.folder}: {error.strerror}") from error


def _values(name: str, kept: object, wanted: object) -> str:
    return "" if name == "corpus" else f": {kept!r}, not {wanted!r}"


def _arrays(counter: TermCounter) -> dict[str, Any]:
    spellings = [spelling.encode("utf-8", "surrogatepass") for spelling in counter.spellings]
    arrays: dict[str, Any] = {
        "spellings": np.frombuffer(b"".join(spellings), dtype=np.uint8),
        "spelling_lengths": np.fromiter(map(len, spellings), dtype=np.int64, count=len(spellings)),
    }
    for length, tally in enumerate(counter.tallies, start=1):
        terms = tally.terms
        columns = terms.keys, terms.counts, terms.documents, terms.words.reshape(-1, length), tally.missed
        names = "keys", "counts", "documents", "words", "missed"
        arrays |= {f"{name}.{length}": np.ascontiguousarray(c) for name, c in zip(names, columns, strict=True)}
    return arrays


def _restore(counter: TermCounter, arrays: dict[str, Any], state: dict[str, Any]) -> None:
    data = arrays["spellings"].tobytes()
    ends = np.cumsum(arrays["spelling_lengths"]).tolist()
    starts = [0, *ends[:-1]]
    spellings = [data[i:j].decode("utf-8", "surrogatepass") for i, j in zip(starts, ends, strict=False)]
    tallies = [
        Tally(
            tally.capacity,
            Terms(*(arrays[f"{name}.{length}"].copy() for name in ("keys", "counts", "documents", "words"))),
            arrays[f"missed.{length}"].copy(),
            int(forgotten),
        )
        for length, (tally, forgotten) in enumerate(zip(counter.tallies, state["forgotten"], strict=True), start=1)
    ]
    counter.restore(tallies, spellings, texts=int(state["texts"]), words=int(state["words"]))
