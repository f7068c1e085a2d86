from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.annotation.choices import Unit
from analysis.annotation.segments import TraceSegment, cut, sample, segments_of
from analysis.corpus import CorpusTrace
from detectors.spans import words

CUTS = (Unit.WORDS, Unit.SENTENCES)


def pieces(text, unit, length):
    return [text[start:end] for start, end in cut(text, unit, length)]


def test_by_words_every_segment_has_its_length_and_signs_stay_with_their_word():
    assert pieces("One, two (three). Four; five! Six", Unit.WORDS, 2) == ["One, two (", "three). Four;", "five! Six"]
    assert pieces("a b c d e", Unit.WORDS, 4) == ["a b c d e"], "a short rest joins the segment before it"
    assert pieces("a b c d e f", Unit.WORDS, 4) == ["a b c d", "e f"]


def test_by_sentences_whole_sentences_are_gathered():
    text = "One two. Three?\nFour\n\nFive six seven. Eight."
    assert pieces(text, Unit.SENTENCES, 3) == ["One two. Three?", "Four\n\nFive six seven. Eight."]
    assert pieces("see x.y here. Then 3.", Unit.SENTENCES, 2) == ["see x.y here.", "Then 3."]


def test_a_sentence_without_end_is_cut_by_words():
    assert pieces(" ".join("abcdefghij"), Unit.SENTENCES, 3) == ["a b c d e f", "g h i j"]


def test_a_whole_trace_loses_only_the_blanks_around_it():
    assert pieces(" \n So 3.\n4 \n", Unit.WHOLE, 1) == ["So 3.\n4"]
    assert pieces(" \n ", Unit.WHOLE, 1) == pieces("", Unit.WORDS, 1) == []


def test_a_length_below_one_is_an_error():
    with pytest.raises(ValueError, match="at least 1 word, got 0"):
        cut("So", Unit.WORDS, 0)


@given(st.text(max_size=300), st.sampled_from(CUTS), st.integers(1, 9))
def test_segments_hold_every_word_once_and_end_at_word_bounds(text, unit, length):
    bounds = cut(text, unit, length)
    inside = [word for start, end in bounds for word in words(text) if start <= word.start and word.end <= end]
    assert inside == words(text)
    assert all(left[1] <= right[0] for left, right in pairwise(bounds))
    contents = [sum(any(map(str.isalnum, word.text)) for word in words(text) if s <= word.start < e) for s, e in bounds]
    if unit is Unit.WORDS:
        assert all(count == length for count in contents[:-1])
        assert not contents or contents[-1] < length + length / 2
    assert all(count >= length for count in contents[:-1])


def trace(identifier, model="m", prompt="", thinking="So 3. Wait, 4."):
    return CorpusTrace(identifier, prompt, thinking, model=model)


def test_segments_are_named_by_trace_model_and_place():
    segments = segments_of([trace("q1", thinking="So 3. Wait, 4."), trace("q2", thinking="")], Unit.WORDS, 2)
    assert [(segment.id, segment.text) for segment in segments] == [("q1|m|0", "So 3."), ("q1|m|6", "Wait, 4.")]
    assert [segment.id for segment in segments_of([trace("q1"), trace("q1", "n")], Unit.WHOLE)] == ["q1", "q1#2"]


def test_one_prompt_is_one_question_whatever_the_ids():
    segments = segments_of([trace("a:1", prompt="2 + 2?"), trace("b:7", "n", prompt="2 + 2?"), trace("c", prompt="3?")])
    assert [segment.question for segment in segments] == ["a:1", "a:1", "c"]


def many(questions, models, each):
    return [
        TraceSegment(f"{question}|{model}|{number}", "So", str(model), str(question))
        for question in range(questions)
        for model in range(models)
        for number in range(each + question)
    ]


@given(st.integers(1, 5), st.integers(1, 3), st.integers(1, 4), st.integers(0, 60), st.integers(0, 3))
def test_a_sample_is_spread_over_questions_and_models(questions, models, each, size, seed):
    segments = many(questions, models, each)
    drawn = sample(segments, size, seed)
    assert len(drawn) == len({segment.id for segment in drawn}) == min(size, len(segments))
    assert drawn == sample(segments, size + 7, seed)[: len(drawn)]
    if size <= questions * models * each:
        counts = [sum(segment.question == str(question) for segment in drawn) for question in range(questions)]
        assert max(counts) - min(counts) <= 1
    if size == questions * models:
        assert len({(segment.question, segment.model) for segment in drawn}) == size


def test_another_seed_draws_others():
    segments = many(20, 2, 5)
    assert sample(segments, 20, 1) != sample(segments, 20, 2)
