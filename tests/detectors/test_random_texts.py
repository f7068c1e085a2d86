"""Ten thousand texts no writer would write, through every kind of detector."""

import pytest

from detectors.base import spans_of
from detectors.classifier import ClassifierDetector
from detectors.encoding import encode, load_tokenizer
from detectors.spans import words
from tessy.miniature import student_path
from tests.detectors.conftest import DETECTORS
from tests.support.classifiers import tiny_checkpoint
from tests.support.probes import random_probe
from tests.support.texts import grapheme_edges, random_texts

COUNT = 10_000


@pytest.fixture(scope="module")
def texts():
    """The texts, each with the places where its graphemes meet."""
    return [(text, grapheme_edges(text)) for text in random_texts(COUNT)]


def check(text, spans, edges):
    """Spans lie in the text, in order and apart, and begin and end where graphemes do."""
    position = 0
    for span in spans:
        assert position <= span.start < span.end <= len(text), ascii(text)
        assert {span.start, span.end} <= edges, ascii(text)
        assert 0 <= span.score <= 1
        position = span.end


MEGABYTE = 1_000_000
MIXED = "".join(random_texts(3_000, seed=5, longest=60)).replace("\n", " ")
# Lines of a megabyte; each is the worst case of some part. Flags come last and alone: their oracle is quadratic.
LONG_LINES = {
    "words": "So wait, " * (MEGABYTE // 9),
    "one word": "so" * (MEGABYTE // 2),
    "marks": "e" + "\u0301" * (MEGABYTE // 2),
    "mixed": (MIXED * (MEGABYTE // len(MIXED.encode()) + 1))[: len(MIXED) * MEGABYTE // len(MIXED.encode())],
}


def test_the_texts_are_the_same_every_time_and_hold_what_they_should():
    texts = list(random_texts(COUNT))
    assert texts == list(random_texts(COUNT))
    everything = "".join(texts)
    assert not any("\ud800" <= character <= "\udfff" for character in set(everything))
    assert {"\u0301", "\u200b", "\u200d", "\x00", "\n"} < set(everything)
    assert max(map(ord, everything)) > 0x10F000


@pytest.mark.parametrize("name", ["lexicon", "causal lexicon", "logistic", "logistic with look-ahead"])
def test_ten_thousand_texts(name, texts):
    found = 0
    for text, edges in texts:
        spans = DETECTORS[name].spans(text)
        check(text, spans, edges)
        found += len(spans)
    assert found > COUNT / 10


@pytest.fixture(scope="module", params=LONG_LINES.values(), ids=LONG_LINES)
def long_line(request):
    """A long line, with the places where its graphemes meet."""
    return request.param, grapheme_edges(request.param)


@pytest.mark.parametrize("name", ["lexicon", "logistic with look-ahead"])
def test_lines_of_a_megabyte(name, long_line):
    line, edges = long_line
    assert len(line.encode()) > 0.99 * MEGABYTE
    check(line, DETECTORS[name].spans(line), edges)


def test_a_megabyte_of_flags():
    line = "🇩🇪" * (MEGABYTE // 8)
    assert [(word.start, word.end) for word in words(line)] == [(at, at + 2) for at in range(0, len(line), 2)]
    assert all(span.start % 2 == span.end % 2 == 0 for span in DETECTORS["logistic"].spans(line))


def test_random_texts_as_tokens(texts):
    tokenizer = load_tokenizer(str(student_path()))
    for text, _ in texts:
        encoding = encode(tokenizer, text)
        assert encoding.parts == words(text)
        assert len(encoding.tokens_of) == len(encoding.parts)
        assert all(0 <= first < end <= len(encoding.token_ids) for first, end in encoding.tokens_of), ascii(text)
        assert sorted(encoding.tokens_of) == encoding.tokens_of


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    folder = tiny_checkpoint(tmp_path_factory.mktemp("classifier"), tessy_shift=-2)
    return ClassifierDetector.from_checkpoint(folder, threshold=0.5)


@pytest.fixture(scope="module")
def probe(tmp_path_factory):
    return random_probe(tmp_path_factory.mktemp("probe"))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["classifier", "classifier with words", "probe"])
def test_random_texts_through_a_model(name, classifier, probe, texts):
    detector = {
        "classifier": classifier,
        "classifier with words": classifier.joined(DETECTORS["logistic with look-ahead"]),
        "probe": probe,
    }[name]
    found = 0
    for (text, edges), spans in zip(texts, spans_of(detector, [text for text, _ in texts]), strict=True):
        check(text, spans, edges)
        found += len(spans)
    assert found > COUNT / 10
