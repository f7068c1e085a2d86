import numpy as np
import pytest
from scipy.spatial.distance import cosine

from analysis.measures.delta import burrows_delta, cosine_delta, delta_by_question, z_scores
from tests.analysis.measures.oracles import oracle
from tests.analysis.measures.tables import counted, traces

TEXTS = {"one": "so so we try it", "two": "we try the thing so", "three": "it is the thing we try so it is"}


def test_faststylometry_gives_the_same_burrows_delta():
    module = oracle("faststylometry")
    train, test = module.Corpus(), module.Corpus()
    for author, text in TEXTS.items():
        train.add_book(author, "book", text)
    test.add_book("unknown", "book", "so we try the thing it is")
    for corpus in (train, test):
        corpus.tokenise(str.split)
    theirs = module.calculate_burrows_delta(train, test, vocab_size=50)
    words = train.top_tokens
    rows = [[text.split().count(word) / len(text.split()) for word in words] for text in TEXTS.values()]
    unknown = [[["so", "we", "try", "the", "thing", "it", "is"].count(word) / 7 for word in words]]
    reference, other = np.array(rows), np.array(unknown)
    ours = burrows_delta(z_scores(reference, reference), z_scores(other, reference))
    assert [theirs.loc[author].iloc[0] for author in TEXTS] == pytest.approx(ours.tolist(), abs=1e-6)


def test_cosine_delta_is_scipys_cosine_of_z_scores():
    scores = z_scores(np.random.default_rng(0).random((4, 6)), np.random.default_rng(1).random((9, 6)))
    assert cosine_delta(scores[0], scores[1]) == pytest.approx(cosine(scores[0], scores[1]), abs=1e-9)
    assert cosine_delta(np.zeros(3), np.ones(3)) == 1


def test_a_word_that_all_use_alike_scores_nothing():
    assert z_scores(np.array([[0.5, 0.2]]), np.array([[0.5, 0.1], [0.5, 0.3]]))[0, 0] == 0


@pytest.mark.parametrize("distance", [burrows_delta, cosine_delta])
def test_the_writer_alike_is_nearer_on_the_same_questions(distance):
    student = traces("so I try 3", "so I see 4", "so I get 5")
    alike = traces("so I try 4", "so I see 3", "so I get 6")
    apart = traces("thus 3 ; done", "thus 4 ; done", "thus 5 ; done")
    tables = dict(zip(("student", "alike", "apart"), counted(student, alike, apart), strict=True))
    found = delta_by_question(tables, distance)
    assert set(found) == {("student", "alike"), ("student", "apart"), ("alike", "apart")}
    assert found["student", "alike"].high < found["student", "apart"].low


def test_one_corpus_alone_has_no_pair():
    [single] = counted(traces("so I try 3", "so I see 4", "so I get 5"))
    assert delta_by_question({"student": single}) == {}
