import json

import pytest

from analysis.corpus import CorpusTrace
from analysis.loss.job import score_missing, settings_of
from analysis.loss.journal import LossJournal
from analysis.loss.sums import Sums, TraceSums, key_of
from detectors.errors import DataError, UsageError

TRACE = CorpusTrace("a", "run 1", "So", model="m")
SUMS = TraceSums(key_of(TRACE), TRACE.question, {"thinking": Sums(1, 2, 0.1 + 0.2, 3)})
SETTINGS = {"model": "bigram", "context": 9}


def journal(folder, **settings):
    return LossJournal(folder / "loss", SETTINGS | settings)


def test_what_is_written_is_read_again(tmp_path):
    with journal(tmp_path) as writing:
        assert writing.sums_of(TRACE) is None
        writing.write(TRACE, SUMS)
        assert writing.sums_of(TRACE) == SUMS
    with journal(tmp_path) as reading:
        assert reading.sums_of(TRACE) == SUMS
        assert reading.sums_of(CorpusTrace("a", "run 1", "So!")) is None
    row = json.loads((tmp_path / "loss/traces.jsonl").read_text())
    assert (row["id"], row["model"], row["parts"]["thinking"]["tokens"]) == ("a", "m", 1)


def test_traces_alike_without_prompt_keep_their_questions(tmp_path):
    first, second = CorpusTrace("a", "", "So"), CorpusTrace("b", "", "So")
    with journal(tmp_path) as found:
        found.write(first, TraceSums(key_of(first), first.question, {}))
        assert found.sums_of(second).question == "b"


def test_a_torn_last_line_is_dropped_and_an_earlier_one_named(tmp_path):
    with journal(tmp_path) as writing:
        writing.write(TRACE, SUMS)
    rows = tmp_path / "loss/traces.jsonl"
    whole = rows.read_bytes()
    rows.write_bytes(whole + whole[:20])
    with journal(tmp_path) as reading:
        assert reading.sums_of(TRACE) == SUMS
    assert rows.read_bytes() == whole
    rows.write_bytes(b'{"key": 1}\n' + whole)
    with pytest.raises(DataError, match=r"traces.jsonl:1: not a row of sums"), journal(tmp_path):
        pass


def test_other_settings_are_refused(tmp_path):
    with journal(tmp_path):
        pass
    with (
        pytest.raises(UsageError, match=r"made with another context, dtype .choose another --out"),
        journal(tmp_path, context=8, dtype="x"),
    ):
        pass
    (tmp_path / "loss/settings.json").write_text("[")
    with pytest.raises(DataError, match=r"not settings"), journal(tmp_path):
        pass
    (tmp_path / "loss/settings.json").unlink()
    (tmp_path / "loss/traces.jsonl").write_text("{}\n")
    with pytest.raises(UsageError, match=r"settings.json does not say how it was made"), journal(tmp_path):
        pass


def test_one_process_writes(tmp_path):
    with journal(tmp_path), pytest.raises(UsageError, match=r"another process is writing"), journal(tmp_path):
        pass


def test_a_folder_that_cannot_be_made_is_one_error(tmp_path):
    (tmp_path / "loss").write_text("")
    with pytest.raises(UsageError, match=r"cannot write to"), journal(tmp_path):
        pass


def test_a_job_goes_on_where_it_was_stopped(tmp_path, bigram, rendering, corpus):
    settings = settings_of(bigram, rendering, None)
    bigram.fails_after = 3
    with LossJournal(tmp_path, settings) as stopped:
        with pytest.raises(KeyboardInterrupt):
            score_missing(corpus, stopped, bigram, rendering)
        kept = [trace for trace in corpus if stopped.sums_of(trace)]
    assert len(kept) == 3
    bigram.fails_after, told = None, []
    with LossJournal(tmp_path, settings) as again:
        assert score_missing(corpus, again, bigram, rendering, progress=lambda *now: told.append(now)) == 5
        assert all(again.sums_of(trace) for trace in corpus)
        assert score_missing(corpus, again, bigram, rendering) == 0
    assert len(bigram.read_sequences) == 8
    left = sum(len(trace.thinking) for trace in corpus if trace not in kept)
    assert told[-1] == (left, left)


def test_equal_traces_are_scored_once(tmp_path, bigram, rendering, corpus):
    with LossJournal(tmp_path, settings_of(bigram, rendering, None)) as found:
        assert score_missing(corpus + corpus, found, bigram, rendering) == len(corpus)
