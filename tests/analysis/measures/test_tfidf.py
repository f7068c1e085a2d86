import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics.pairwise import cosine_similarity

from analysis.measures.estimate import estimate
from analysis.measures.tfidf import cosines_by_question, similarity_by_question, similarity_of_corpora
from tests.analysis.measures.tables import counted, traces

TEXTS = ["so i try three", "wait so four", "so then five"], ["thus we try three", "thus so four", "we get five"]


def tables():
    return dict(zip("ab", counted(*(traces(*texts) for texts in TEXTS)), strict=True))


def vectors():
    fitted = TfidfVectorizer(token_pattern=r"\S+").fit(TEXTS[0] + TEXTS[1])
    return [fitted.transform(texts).toarray() for texts in TEXTS]


def test_both_similarities_are_sklearns():
    one, two = vectors()
    by_question = np.mean([cosine_similarity([x], [y])[0, 0] for x, y in zip(one, two, strict=True)])
    assert similarity_by_question(tables())["a", "b"].value == pytest.approx(by_question, abs=1e-9)
    of_corpora = cosine_similarity([one.mean(axis=0)], [two.mean(axis=0)])[0, 0]
    assert similarity_of_corpora(tables())["a", "b"].value == pytest.approx(of_corpora, abs=1e-9)


@pytest.mark.parametrize("similarity", [similarity_by_question, similarity_of_corpora])
def test_a_corpus_is_like_itself_and_the_matrix_is_symmetric(similarity):
    found = similarity(tables())
    assert found["a", "a"].value == pytest.approx(1)
    assert found["a", "b"].value == pytest.approx(found["b", "a"].value)
    assert found["a", "b"].low <= found["a", "b"].value <= found["a", "b"].high


def test_corpora_without_a_shared_question_are_refused():
    one, two = counted(traces("so"), traces("so", prompts=("another",)))
    with pytest.raises(ValueError, match="no question is answered by all of a, b"):
        similarity_of_corpora({"a": one, "b": two})


def test_shared_traces_keep_the_papers_order_of_similarity(shared_data):
    from analysis.corpus import read_corpus

    names = "qwen3-8b", "qwen3-235b-a22b-thinking-2507", "deepseek-r1-0528", "gpt-oss-20b", "gpt-oss-120b"
    corpora = [read_corpus(shared_data / "traces" / f"{name}.jsonl") for name in names]
    tables = dict(zip(names, counted(*corpora), strict=True))
    for similarity in (similarity_of_corpora, similarity_by_question):
        found = [similarity(tables, replicates=200)["qwen3-8b", name] for name in names[1:]]
        assert min(found[0].low, found[1].low) > found[2].high
        assert found[2].value > found[3].value
    # The intervals of the last two overlap; on the same questions the one is more alike than the other.
    cosines = cosines_by_question(tables)
    difference = cosines["qwen3-8b", "gpt-oss-20b"] - cosines["qwen3-8b", "gpt-oss-120b"]
    [paired] = estimate(lambda weights: np.array([weights @ difference / weights.sum()]), len(difference))
    assert paired.low > 0
