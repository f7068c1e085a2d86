"""What one model wrote alone, found by question."""

import json
import tempfile
from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from analysis.corpus import CorpusTrace
from analysis.jsonl import line_of
from detectors.errors import UsageError
from tessy.viewer.blocks import Part, blocks


class OwnTraces:
    """The traces of one model alone. Their texts lie in a temporary file, so that they take no memory.

    Use it as a context manager; the file is removed at its end.

    Parameters
    ----------
    role
        Whose they are: ``"teacher"`` or ``"student"``.
    traces
        The traces; of several on one question the first is found.
    """

    def __init__(self, role: str, traces: Iterable[CorpusTrace]) -> None:
        self.role = role
        self._traces = traces
        self._by_id: dict[str, int] = {}
        self._by_question: dict[str, int] = {}

    def __enter__(self) -> Self:
        try:
            self._file = tempfile.TemporaryFile()
        except OSError as error:
            raise self._full(error) from error
        try:
            for trace in self._traces:
                place = self._file.tell()
                self._by_id.setdefault(trace.id, place)
                self._by_question.setdefault(trace.question, place)
                fields = {"id": trace.id, "model": trace.model, "thinking": trace.thinking, "answer": trace.answer}
                self._file.write(line_of(fields).encode())
            self._file.flush()
        except OSError as error:
            self._file.close()
            raise self._full(error) from error
        except BaseException:
            self._file.close()
            raise
        return self

    def _full(self, error: OSError) -> UsageError:
        return UsageError(
            f"cannot keep the {self.role}'s traces: {error.strerror}", advice="set TMPDIR to a folder with more room"
        )

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def find(self, identifier: str, question: str) -> dict[str, Any] | None:
        """Return the trace with this id, or else on the question of this name (`CorpusTrace.question`); None without.

        Returns
        -------
        dict or None
            ``id``, ``model``, and ``thinking`` and ``answer`` in `blocks`.
        """
        place = self._by_id.get(identifier, self._by_question.get(question))
        if place is None:
            return None
        self._file.seek(place)
        fields: dict[str, Any] = json.loads(self._file.readline())
        for name in ("thinking", "answer"):
            fields[name] = blocks([Part(self.role, fields[name])])
        return fields
