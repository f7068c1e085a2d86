import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures.richness import hapax_share, mattr, mtld, richness, yules_k
from tests.analysis.measures.oracles import oracle
from tests.analysis.measures.tables import traces

texts = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f", "g"]), min_size=60, max_size=150)


@given(texts)
def test_lexicalrichness_gives_the_same(spelled):
    module = oracle("lexicalrichness")
    theirs = module.LexicalRichness(" ".join(spelled), preprocessor=None, tokenizer=str.split)
    assert mtld(spelled) == pytest.approx(theirs.mtld(threshold=0.72), abs=1e-6)
    assert mattr(spelled, 50) == pytest.approx(theirs.mattr(window_size=50), abs=1e-6)
    assert yules_k(spelled) == pytest.approx(theirs.yulek, abs=1e-6)


def test_by_hand():
    assert yules_k("aab") == pytest.approx(1e4 * (5 - 3) / 9)
    assert hapax_share("aab") == 0.5
    assert mattr("aab", 2) == pytest.approx((1 / 2 + 1) / 2)
    assert mattr("ab", 50) == 1
    assert mtld("abc") == 3
    assert all(math.isnan(measure("")) for measure in (mtld, mattr, yules_k, hapax_share))


def test_a_corpus_is_the_mean_of_its_questions():
    found = richness(traces("so so so.", "So we try, then."))
    assert found["hapax_share"].value == pytest.approx((0 + 1) / 2)
    assert found["hapax_share"].low == 0
    with pytest.raises(ValueError, match="no trace has a word"):
        richness(traces("...", " "))
