import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.annotation.annotator import Annotation, Annotator, Failure
from analysis.annotation.choices import PromptName
from analysis.annotation.faults import BadJsonError
from analysis.annotation.journal import AnnotationJournal
from analysis.annotation.locating import locate
from analysis.annotation.segments import TraceSegment
from analysis.jsonl import read_rows
from analysis.labels import read_labels
from detectors.errors import DataError, UsageError


async def unasked(messages):
    raise AssertionError(messages)


JUDGE = Annotator("judge", PromptName.STRICT, unasked)
SEGMENTS = [TraceSegment(f"q{number}", f"So {number}.", "m", "q") for number in range(4)]


def good(segment):
    return Annotation(segment, locate(segment.text, ["So"]))


def bad(segment, answer="I think"):
    return Annotation(segment, None, (Failure(BadJsonError("not JSON"), answer),))


def test_rows_are_labels_and_faults_lie_beside_them(tmp_path):
    out = tmp_path / "new" / "spans.jsonl"
    with AnnotationJournal(out, JUDGE) as journal:
        assert journal.waiting(SEGMENTS) == SEGMENTS
        journal.write(good(SEGMENTS[0]))
        journal.write(bad(SEGMENTS[1]))
    assert [label.id for label in read_labels(out)] == ["q0"]
    [(_, row)] = read_rows(tmp_path / "new" / "spans.errors.jsonl")
    assert (row["id"], row["error"]["type"], row["error"]["answer"]) == ("q1", "BadJsonError", "I think")


def test_what_failed_is_waiting_again_and_its_fault_goes_when_it_succeeds(tmp_path):
    out, errors = tmp_path / "spans.jsonl", tmp_path / "spans.errors.jsonl"
    with AnnotationJournal(out, JUDGE) as journal:
        journal.write(good(SEGMENTS[0]))
        journal.write(bad(SEGMENTS[1]))
        journal.write(bad(SEGMENTS[2]))
    with AnnotationJournal(out, JUDGE) as journal:
        assert journal.waiting(SEGMENTS) == SEGMENTS[1:]
        journal.write(good(SEGMENTS[1]))
        journal.write(bad(SEGMENTS[2], "again"))
    assert [(row["id"], row["error"]["answer"]) for _, row in read_rows(errors)] == [("q2", "again")]
    with AnnotationJournal(out, JUDGE) as journal:
        journal.write(good(SEGMENTS[2]))
    assert not errors.exists()


def test_an_empty_journal_leaves_no_file(tmp_path):
    with AnnotationJournal(tmp_path / "spans.jsonl", JUDGE):
        pass
    assert list(tmp_path.iterdir()) == []


@given(st.data())
def test_a_file_torn_anywhere_loses_only_the_row_it_was_torn_in(tmp_path_factory, data):
    out = tmp_path_factory.mktemp("torn") / "spans.jsonl"
    with AnnotationJournal(out, JUDGE) as journal:
        for segment in SEGMENTS:
            journal.write(good(segment))
    content = out.read_bytes()
    kept = data.draw(st.integers(0, len(content)))
    out.write_bytes(content[:kept])
    with AnnotationJournal(out, JUDGE) as journal:
        waiting = journal.waiting(SEGMENTS)
        assert len(SEGMENTS) - len(waiting) == content[:kept].count(b"\n")
        for segment in waiting:
            journal.write(good(segment))
    assert out.read_bytes() == content


def test_two_processes_do_not_write_one_output(tmp_path):
    with (
        AnnotationJournal(tmp_path / "spans.jsonl", JUDGE),
        pytest.raises(UsageError, match="another process is writing"),
        AnnotationJournal(tmp_path / "spans.jsonl", JUDGE),
    ):
        pass


def test_an_output_of_others_is_left_as_it_is(tmp_path):
    out = tmp_path / "spans.jsonl"
    with AnnotationJournal(out, JUDGE) as journal:
        journal.write(good(SEGMENTS[0]))
    other = Annotator("judge", PromptName.TABLE2, unasked)
    with pytest.raises(UsageError, match="by annotator 'judge' with prompt 'strict', not by 'judge' with 'table2'"):
        AnnotationJournal(out, other).__enter__()
    for line in ('{"id": "a", "text": "So", "spans": []}', "no row", "[1]"):
        out.write_text(f"{line}\ntorn")
        with pytest.raises((UsageError, DataError), match=r"spans\.jsonl:1"):
            AnnotationJournal(out, JUDGE).__enter__()
        assert out.read_text() == f"{line}\ntorn"


def test_segments_that_were_cut_otherwise_are_refused(tmp_path):
    with AnnotationJournal(tmp_path / "spans.jsonl", JUDGE) as journal:
        journal.write(good(SEGMENTS[0]))
        with pytest.raises(UsageError, match="holds another text for segment 'q0'"):
            journal.waiting([TraceSegment("q0", "So 0. And more.", "m", "q")])


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write"):
        AnnotationJournal(tmp_path / "file" / "spans.jsonl", JUDGE).__enter__()


def test_a_lone_surrogate_is_kept(tmp_path):
    with AnnotationJournal(tmp_path / "spans.jsonl", JUDGE) as journal:
        journal.write(good(TraceSegment("q", "So \ud83d.", "m", "q")))
        journal.write(bad(TraceSegment("r", "So", "m", "q"), "\ud83d"))
    [(_, row)] = read_rows(tmp_path / "spans.jsonl")
    assert row["text"] == "So \ud83d."
    assert json.loads((tmp_path / "spans.errors.jsonl").read_text())["error"]["answer"] == "\ud83d"
