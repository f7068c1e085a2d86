import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.measures.log_odds import deviation_over_questions, informative_prior, log_odds, scored_terms
from tests.analysis.measures.oracles import oracle
from tests.analysis.measures.tables import table

bags = st.lists(st.integers(0, 60), min_size=5, max_size=5).filter(lambda bag: sum(bag) > 0).map(np.array)
FIRST, SECOND = ["so we try so", "wait , so"], ["thus we get", "thus so we try"]


def test_convokits_fighting_words_give_the_same_z():
    module = oracle("convokit.fighting_words.fightingWords")
    sklearn = pytest.importorskip("sklearn.feature_extraction.text")
    counter = sklearn.CountVectorizer(token_pattern=r"\S+")
    # A uniform prior of 0.1 a word is theirs; ours is given that prior, since it takes any.
    fighting = module.FightingWords(cv=counter, prior=0.1, text_func=lambda text: text)
    theirs = fighting._bayes_compare_language(FIRST, SECOND)
    counts = counter.transform(FIRST + SECOND).toarray()
    first, second = counts[:2].sum(axis=0), counts[2:].sum(axis=0)
    difference, deviation = log_odds(first, second, np.full(counts.shape[1], 0.1))
    for term, column in counter.vocabulary_.items():
        assert difference[column] / deviation[column] == pytest.approx(theirs[term], abs=1e-6)


def test_scattertexts_difference_is_ours_and_its_variance_has_two_terms_more():
    path = "scattertext.termsignificance.LogOddsRatioInformativeDirichletPiror"
    module = oracle(path, bare=True)
    first, second = np.array([6.0, 4.0, 9.0]), np.array([2.0, 8.0, 1.0])
    prior = np.array([1.0, 3.0, 2.0])
    theirs = module.LogOddsRatioInformativeDirichletPrior(prior).get_zeta_i_j_given_separate_counts(first, second)
    difference, deviation = log_odds(first, second, prior)
    # It adds 1 / (words that are not the term) for both corpora: equation 19, of which 20 is the approximation that
    # Monroe et al., ConvoKit and we use.
    others = [1 / (counts.sum() + prior.sum() - counts - prior) for counts in (first, second)]
    assert difference / np.sqrt(deviation**2 + others[0] + others[1]) == pytest.approx(theirs, abs=1e-6)


@given(bags, bags)
def test_exchanged_corpora_change_the_sign_alone(first, second):
    prior = informative_prior(first + second)
    there, back = log_odds(first, second, prior), log_odds(second, first, prior)
    assert there[0] == pytest.approx(-back[0])
    assert there[1] == pytest.approx(back[1])


@given(bags, st.floats(1, 1000))
def test_a_prior_is_in_proportion_and_has_its_strength(background, strength):
    prior = informative_prior(background, strength)
    assert prior.sum() == pytest.approx(strength)
    assert (prior > 0).all()


def test_a_burst_moves_with_the_questions_and_an_even_term_does_not():
    even = {str(index): {"even": 5, "burst": 50 if index == 0 else 0, "other": 95} for index in range(10)}
    plain = {str(index): {"even": 5, "burst": 0, "other": 95} for index in range(10)}
    one, two = table(even).aligned(table(plain))
    deviation = dict(zip(one.terms, deviation_over_questions(one, two, seed=1), strict=True))
    assert deviation["burst"] > 10 * deviation["even"]
    assert deviation_over_questions(one, two, seed=1) == pytest.approx(deviation_over_questions(one, two, seed=1))


def test_scored_terms_are_sorted_and_rounded():
    terms = scored_terms(("a", "b"), np.array([1.0, 4.0]), np.array([3.0, 0.0]), np.array([-1.0, 2.0]), np.ones(2))
    assert [(term.term, term.z, term.first, term.second) for term in terms] == [("b", 2.0, 4, 0), ("a", -1.0, 1, 3)]
