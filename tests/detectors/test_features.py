import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.features import BITS, features, hashed_templates, named_features, word_features
from detectors.spans import words

PIECES = st.sampled_from(["So", "wait", ",", ".", "3", "the", "\n", "\n\n-", "*checks*", "(a)", "名", "don't"])
TEXT = st.lists(PIECES, min_size=1, max_size=20).map(" ".join).filter(lambda text: bool(words(text)))
FAMILIAR = frozenset({"so", "wait", "the"})


@given(TEXT, TEXT, st.integers(0, 2))
def test_a_feature_reads_no_further_than_the_look_ahead(text, more, lookahead):
    parts, longer = words(text), words(f"{text} {more}")
    decided = max(0, len(parts) - lookahead)
    first = features(text, parts, lookahead, FAMILIAR)
    second = features(f"{text} {more}", longer, lookahead, FAMILIAR)
    assert (first[:decided] == second[:decided]).all()


@given(TEXT, st.integers(0, 2))
def test_columns_and_names_belong_together(text, lookahead):
    parts = words(text)
    hashed = features(text, parts, lookahead, FAMILIAR)
    assert hashed.dtype == np.uint32
    assert hashed.max() < 1 << BITS
    assert hashed.shape == (len(parts), len(named_features(text, parts, lookahead, FAMILIAR)))
    assert (np.stack(list(hashed_templates(text, parts, lookahead, FAMILIAR)), axis=1) == hashed).all()


@pytest.mark.parametrize("text", ["So wait, so", "the 3"])
def test_the_first_column_is_the_word_by_itself(text):
    parts = words(text)
    assert (features(text, parts)[:, 0] == word_features([part.text.lower() for part in parts])).all()
