import pytest

from analysis.corpus import CorpusTrace
from detectors.errors import UsageError
from tessy.viewer.own_traces import OwnTraces


def text(blocks):
    return "".join(part.text for block in blocks for part in block)


def test_a_trace_is_found_by_id_and_else_by_question():
    traces = [
        CorpusTrace("1", "2 + 2?", "Okay, \ud800\n4", "4", "model"),
        CorpusTrace("2", "3 + 3?", "6"),
        CorpusTrace("3", "3 + 3?", "six"),
    ]
    with OwnTraces("student", iter(traces)) as own:
        found = own.find("1", "nothing")
        assert (text(found["thinking"]), text(found["answer"]), found["model"]) == ("Okay, \ud800\n4", "4", "model")
        assert {part.role for block in found["thinking"] for part in block} == {"student"}
        assert own.find("other", traces[2].question)["id"] == "2"
        assert own.find("3", traces[0].question)["id"] == "3"
        assert own.find("other", "nothing") is None


def test_what_the_traces_raise_is_raised():
    def broken():
        yield CorpusTrace("1", "2 + 2?", "4")
        raise ValueError("bad line")

    with pytest.raises(ValueError, match="bad line"), OwnTraces("teacher", broken()):
        pass


def test_a_full_disk_is_one_clear_error(monkeypatch):
    def full():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(UsageError, match=r"cannot keep the teacher's traces: No space left on device \(set TMPDIR"):
        OwnTraces("teacher", []).__enter__()
