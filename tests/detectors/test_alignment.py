import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.alignment import Alignment, word_probabilities
from detectors.encoding import Encoding
from detectors.spans import words

alignments = st.builds(
    Alignment,
    shift=st.integers(-6, 3),
    stride=st.integers(8, 20),
    before=st.sampled_from([(), (901,)]),
    after=st.just(900),
)
texts = st.integers(0, 120).map(range)


def context(alignment, token_ids):
    """For each token what has been read when it is judged."""
    return {
        reading.first + number: tuple(reading.token_ids[: position + 1])
        for reading in alignment.readings(token_ids)
        for number, position in enumerate(reading.positions)
    }


@given(alignments, texts)
def test_every_token_is_judged_once_in_order(alignment, token_ids):
    judged = [
        reading.first + number for reading in alignment.readings(token_ids) for number in range(len(reading.positions))
    ]
    assert judged == list(token_ids)


@given(alignments, texts)
def test_a_decision_stands_where_the_shift_says(alignment, token_ids):
    for token, read in context(alignment, token_ids).items():
        wanted = token - alignment.shift
        if wanted < 0:
            assert read[-1] == (alignment.before or token_ids)[0]
        else:
            assert read[-1] == (wanted if wanted < len(token_ids) else alignment.after)


@given(alignments, texts, st.integers(0, 120))
def test_a_decision_does_not_change_when_the_text_goes_on(alignment, token_ids, more):
    before = context(alignment, token_ids)
    after = context(alignment, range(len(token_ids) + more))
    for token in range(len(token_ids) - alignment.lookahead):
        assert before[token] == after[token]


@given(alignments, texts)
def test_at_least_a_stride_of_the_text_is_read_before_a_decision(alignment, token_ids):
    for token, read in context(alignment, token_ids).items():
        earlier = [other for other in read if other < min(token, 900)]
        assert len(earlier) >= min(token - max(0, alignment.shift), alignment.stride - abs(alignment.shift))
        assert len(read) <= 2 * alignment.stride + alignment.lookahead + len(alignment.before)


@given(alignments)
def test_its_fields_make_it_again(alignment):
    assert Alignment.from_fields({"vocab_size": 7, **alignment.as_fields()}) == alignment


def test_without_fields_it_is_the_papers():
    assert Alignment.from_fields({}) == Alignment(shift=1, before=())


@pytest.mark.parametrize(
    "wrong", [{"stride": 4, "shift": -4}, {"stride": 0, "shift": 0}, {"before": (-1,)}, {"after": -1}]
)
def test_an_alignment_that_makes_no_sense(wrong):
    with pytest.raises(ValueError, match=r"stride|negative"):
        Alignment(**wrong)


def test_a_word_is_as_likely_as_the_mean_of_its_tokens():
    encoding = Encoding([1, 2, 3, 4], words("so what,"), [(0, 1), (1, 4), (3, 4)])
    found = word_probabilities(encoding, np.array([0.2, 0.1, 0.4, 1.0]))
    np.testing.assert_allclose(found, [0.2, 0.5, 1.0])
    assert word_probabilities(Encoding([], [], []), np.zeros(0)).shape == (0,)
