import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.counting.word_cutter import WordCutter
from analysis.counting.word_stream import LINE_START
from detectors.places import normalise
from detectors.spans import words
from tests.analysis.counting.test_counting import HARD

lists_of_texts = st.lists(st.text(st.sampled_from(HARD), max_size=14) | st.text(max_size=14), max_size=5)


def lines(stream):
    """Return the words of each line that has any, with the number of its text."""
    placed, texts = stream.in_order()
    found = []
    for word, text in zip(placed.tolist(), texts.tolist(), strict=True):
        if word == LINE_START:
            found.append((text, []))
        else:
            found[-1][1].append(stream.spellings[word])
    assert {text for text, _ in found} == set(range(len(stream.bounds) - 1))  # every text begins with one
    return [(text, line) for text, line in found if line]


def expected(texts):
    found = [(number, line) for number, text in enumerate(texts) for line in text.splitlines()]
    cut = [(number, [normalise(word.text) for word in words(line)]) for number, line in found]
    return [(number, line) for number, line in cut if line]


@settings(max_examples=300)
@given(st.lists(lists_of_texts, max_size=4), st.sampled_from([1, 4, 1 << 18]), st.sampled_from([8, 1 << 24]))
def test_words_are_those_of_each_line(batches, most_pieces, most_bytes):
    cutter = WordCutter(most_pieces, most_bytes)
    for texts in batches:
        assert lines(cutter.cut(texts)) == expected(texts)


@given(lists_of_texts)
def test_counts_by_text_are_those_of_the_words(texts):
    stream = WordCutter().cut(texts)
    placed, numbers = stream.in_order()
    counts = np.zeros((len(texts), len(stream.spellings)), dtype=np.int64)
    np.add.at(counts, (numbers, placed), 1)
    by_text = stream.by_text()
    assert np.array_equal(by_text.toarray(), counts)
    assert by_text.nnz == np.count_nonzero(counts)  # no cell stands twice


def test_huge_pieces_are_forgotten():
    cutter = WordCutter(most_bytes=100_000)
    for number in range(50):
        stream = cutter.cut([f"so {number}".ljust(10_000, "x")])
    assert 10_000 < sum(map(len, stream.spellings)) < 120_000
    many = WordCutter(most_bytes=100_000)
    for number in range(50):
        stream = many.cut([f"so {number}".ljust(10, "x")])
    assert len(stream.spellings) == 52


def test_what_is_known_is_not_cut_again(monkeypatch):
    cutter = WordCutter()
    cutter.cut(["Wait, so — yes", "so"])
    monkeypatch.setattr("analysis.counting.new_pieces.NewPieces.after", None)
    assert lines(cutter.cut(["so — so"])) == [(0, ["so", "—", "so"])]
