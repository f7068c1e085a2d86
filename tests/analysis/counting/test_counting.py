import json
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.counting import TermCounter, count_all, count_corpus, count_terms, shared_terms
from analysis.counting import counting as counting_module
from analysis.counting.batch import count_batch
from analysis.counting.word_cutter import WordCutter
from analysis.counting.working import in_batches
from analysis.divergence import count_phrases
from detectors.errors import DataError, UsageError

# What makes cutting hard: blanks and breaks of every kind, marks that may stand on blanks, signs before what they
# belong to, joiners, flags, scripts without blanks, halves of characters.
HARD = "aB.'’ \t\n\r\x0b\x1c\x1f\x85\xa0\u2028\u0301\u0600\u0903\u200d\u3000\ufe0f的🇩🇪👩\ud800"
texts_of_any_kind = st.lists(st.text(st.sampled_from(HARD), max_size=14) | st.text(max_size=14), max_size=5)


def documents(texts, longest):
    found = Counter()
    for text in texts:
        found.update(count_phrases([text], longest).keys())
    return found


@settings(max_examples=300)
@given(texts_of_any_kind, st.integers(1, 5))
def test_counts_are_those_of_count_phrases(texts, longest):
    found = count_terms(texts, longest)
    assert found.as_dict() == count_phrases(texts, longest)
    assert dict(zip(found.terms, found.documents.tolist(), strict=True)) == documents(texts, longest)
    assert list(found.terms) == sorted(found.terms)
    assert found.exact
    assert found.texts == len(texts)
    assert found.words == sum(count_phrases(texts, 1).values())


@given(texts_of_any_kind, st.integers(1, 3), st.integers(1, 20))
def test_batches_make_no_difference(texts, longest, most):
    cutter = WordCutter()
    for _ in range(2):  # what was learned of the first corpus serves the second
        counter = TermCounter(longest)
        for batch in in_batches(texts, len, most):
            counter.add(count_batch(batch, longest, cutter))
        found = counter.result()
        assert found.as_dict() == count_phrases(texts, longest)
        assert dict(zip(found.terms, found.documents.tolist(), strict=True)) == documents(texts, longest)


def test_one_cutter_for_several_corpora():
    cutter = WordCutter()
    first, second = (count_all(texts, 2, cutter=cutter).result() for texts in (["So we try"], ["we try again"]))
    assert first.as_dict() == count_phrases(["So we try"], 2)
    assert second.as_dict() == count_phrases(["we try again"], 2)
    assert set(cutter.cut([]).spellings) >= {"so", "again"}


@given(st.lists(st.lists(st.sampled_from("abcdefghijklmnop"), min_size=1, max_size=30), max_size=30), st.integers(1, 3))
def test_what_is_forgotten_is_bounded(batches, longest):
    texts = [" ".join(letters) for letters in batches]
    counter, cutter = TermCounter(longest, capacity=32), WordCutter(most_pieces=4)
    for text in texts:
        counter.add(count_batch([text], longest, cutter))
    found = counter.result()
    true, true_documents = count_phrases(texts, longest), documents(texts, longest)
    for term, count, held, missed in zip(found.terms, found.counts, found.documents, found.missed, strict=True):
        assert count <= true[term] <= count + missed
        assert held <= true_documents[term] <= held + missed
    for length, most in enumerate(found.unlisted, start=1):
        here = {term: count for term, count in true.items() if term.count(" ") + 1 == length}
        assert all(count <= most for term, count in here.items() if term not in found.as_dict())
        assert most <= 2 * sum(here.values()) / counter.tallies[length - 1].capacity
        assert len(counter.tallies[length - 1].terms.keys) <= counter.tallies[length - 1].capacity


def test_spellings_that_no_term_holds_are_forgotten(monkeypatch):
    monkeypatch.setattr("analysis.counting.term_counter._WORDS_TO_SPARE", 10)
    texts = [f"so so word{number} word{number}x" for number in range(400)]
    counter, cutter = TermCounter(2, capacity=64), WordCutter()
    for text in texts:
        counter.add(count_batch([text], 2, cutter))
    assert len(counter.spellings) < 400
    found = counter.result(least_count=300).as_dict()
    assert found == {"so": 800, "so so": 400}


def test_what_is_listed_is_frequent():
    texts = ["a a b", "a c", "d"]
    assert count_terms(texts, 1, least_count=2).as_dict() == {"a": 3}
    assert count_terms(texts, 1, least_documents=2).as_dict() == {"a": 2 + 1}
    assert count_terms(texts, 2, most_terms=1).as_dict() == {"a": 3}
    assert len(count_terms(texts, 2, most_terms=3).terms) == 3


def test_what_cannot_be_counted():
    with pytest.raises(ValueError, match="1 to 5 words, not 6"):
        count_terms(["a"], 6)
    with pytest.raises(ValueError, match="capacity of 2 is too small"):
        count_terms(["a"], capacity=2)


def test_several_processes_cut_any_text(monkeypatch):
    monkeypatch.setattr(counting_module, "BATCH", 30)
    texts = [HARD, HARD[::-1], "’tis 👩\u200d🔬 e\u0301t\u00e9 的确\n\u0301", "\u0600 a", "İI ΑΣ"] * 3
    found = count_terms(texts, 3, workers=2)
    assert found.as_dict() == count_phrases(texts, 3)
    assert dict(zip(found.terms, found.documents.tolist(), strict=True)) == documents(texts, 3)


def test_several_processes_count_the_same(monkeypatch):
    monkeypatch.setattr(counting_module, "BATCH", 600)
    texts = [f"So we try {number % 7}. Wait, no: {number % 11}!\nDone" for number in range(200)]
    one, two = (count_terms(texts, 3, capacity=64, workers=workers) for workers in (1, 2))
    assert one.as_dict() == two.as_dict()
    assert one.missed.tolist() == two.missed.tolist()
    assert any(one.unlisted)


@given(st.lists(texts_of_any_kind, min_size=1, max_size=3), st.integers(1, 6))
def test_shared_terms_are_those_of_all_corpora_together(corpora, least_documents):
    counted = shared_terms([count_all(texts, 2) for texts in corpora], least_documents=least_documents)
    held = sum((documents(texts, 2) for texts in corpora), Counter())
    wanted = sorted(term for term, texts in held.items() if texts >= least_documents)
    for texts, found in zip(corpora, counted, strict=True):
        assert list(found.terms) == wanted
        assert found.counts.tolist() == [count_phrases(texts, 2)[term] for term in wanted]
        assert found.documents.tolist() == [documents(texts, 2)[term] for term in wanted]


def test_terms_of_several_corpora_are_the_same():
    first, second = count_all(["so so", "thus"], 2), count_all(["thus thus", "so"], 2)
    one, two = shared_terms([first, second], least_count=2)
    assert one.terms == two.terms == ("so", "thus")
    assert (one.counts.tolist(), two.counts.tolist()) == ([2, 1], [1, 2])
    assert shared_terms([first, second], most_terms=2)[0].terms == ("so", "thus")
    with pytest.raises(ValueError, match="same lengths"):
        shared_terms([first, count_all(["a"], 1)])


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    monkeypatch.setattr(counting_module, "BATCH", 300)
    path = tmp_path / "c.jsonl"
    rows = ({"id": str(number), "thinking": f"Wait, so {number % 9} is\n{number % 5} then?"} for number in range(60))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_count_that_was_stopped_goes_on(corpus, tmp_path, monkeypatch):
    whole = count_corpus(corpus).result()
    monkeypatch.setattr(counting_module, "BATCHES_BETWEEN_SAVES", 2)
    told, done = [], []

    def stop(read, size):
        done.append(read)
        if len(done) == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        count_corpus(corpus, folder=tmp_path / "counts", progress=stop)
    counter = count_corpus(corpus, folder=tmp_path / "counts", notice=told.append)
    assert counter.result().as_dict() == whole.as_dict()
    assert np.array_equal(counter.result().documents, whole.documents)
    [sentence] = told
    assert "goes on after row 25" in sentence
    assert sorted(path.name for path in (tmp_path / "counts").iterdir()) == ["counts-60.safetensors", "counts.json"]
    again = count_corpus(corpus, folder=tmp_path / "counts", progress=lambda *_: pytest.fail("all is counted"))
    assert again.result().as_dict() == whole.as_dict()


@settings(max_examples=15)
@given(st.lists(st.text(st.sampled_from(HARD.replace("\ud800", "")), max_size=14), min_size=1, max_size=9), st.data())
def test_counts_of_any_text_go_on(inner, data):
    texts = [f"so {text} so" for text in inner]
    stop = data.draw(st.integers(1, len(texts)))
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(counting_module, "BATCH", 10)
        path, done = Path(folder, "c.jsonl"), []
        path.write_text("".join(json.dumps({"thinking": text, "prompt": "p"}) + "\n" for text in texts))

        def interrupt(read, size):
            done.append(read)
            if len(done) == stop:
                raise KeyboardInterrupt

        with suppress(KeyboardInterrupt):
            count_corpus(path, 2, folder=Path(folder, "counts"), progress=interrupt)
        found = count_corpus(path, 2, folder=Path(folder, "counts")).result()
    assert found.as_dict() == count_phrases(texts, 2)
    assert dict(zip(found.terms, found.documents.tolist(), strict=True)) == documents(texts, 2)


def test_progress_ends_at_the_size_of_the_corpus(corpus):
    seen = []
    count_corpus(corpus, progress=lambda *numbers: seen.append(numbers))
    assert seen[-1] == (corpus.stat().st_size, corpus.stat().st_size)
    assert seen == sorted(seen)


def test_a_folder_of_other_counts_is_refused(corpus, tmp_path):
    folder = tmp_path / "counts"
    count_corpus(corpus, folder=folder)
    with pytest.raises(UsageError, match="another longest: 3, not 2"):
        count_corpus(corpus, 2, folder=folder)
    with pytest.raises(UsageError, match="another text: 'thinking', not 'answer'"):
        count_corpus(corpus, folder=folder, text=lambda trace: trace.answer, text_name="answer")
    corpus.write_text(corpus.read_text() + '{"text": "more"}\n')
    with pytest.raises(UsageError, match="another corpus"):
        count_corpus(corpus, folder=folder)
    with pytest.raises(UsageError, match="holds no counts"):
        count_corpus(corpus, folder=tmp_path)


def test_a_broken_folder_is_named(corpus, tmp_path):
    folder = tmp_path / "counts"
    count_corpus(corpus, folder=folder)
    [arrays] = folder.glob("*.safetensors")
    arrays.write_bytes(arrays.read_bytes()[:-1])
    with pytest.raises(DataError, match="hash"):
        count_corpus(corpus, folder=folder)
    (folder / "counts.json").write_text("{")
    with pytest.raises(DataError, match="cannot be read"):
        count_corpus(corpus, folder=folder)


def test_what_was_counted_before_a_bad_row_is_kept(corpus, tmp_path):
    lines = corpus.read_text().splitlines(keepends=True)
    corpus.write_text("".join([*lines[:30], '{"text": 3}\n', *lines[31:]]))
    with pytest.raises(DataError) as caught:
        count_corpus(corpus, folder=tmp_path / "counts")
    assert caught.value.where == f"{corpus}:31"
    assert json.loads((tmp_path / "counts" / "counts.json").read_text())["rows"] == 30


def test_shared_traces_are_counted_alike(shared_data):
    from analysis.corpus import read_corpus

    texts = [trace.thinking for trace in read_corpus(shared_data / "traces" / "gpt-oss-20b.jsonl")][:40]
    assert count_terms(texts, 3).as_dict() == count_phrases(texts, 3)
