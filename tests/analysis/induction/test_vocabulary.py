from analysis.induction.vocabulary import Vocabulary, common_words, exclusive_words


def test_words_are_counted_in_all_and_by_text():
    corpus = Vocabulary.of(["So so 3", "so x"])
    assert (corpus.texts, corpus.counts["so"], corpus.spread["so"]) == (2, 3, 2)


def test_common_words_are_spread_over_texts_but_not_over_questions():
    texts = ["first look at apples", "look at pears", "look at apples"]
    asked = Vocabulary.of(["apples?", "pears?", "apples!"])
    assert common_words(Vocabulary.of(texts), Vocabulary.of(texts[:1]), asked) == {"first", "look", "at"}


def test_exclusive_words_count_only_where_the_writers_are_apart():
    student, teacher = ["quark run 3 plus"] * 4, ["blick run 3 plus"] * 4
    apart = [Vocabulary.of(student), Vocabulary.of(teacher)]
    assert exclusive_words(*apart, {"run", "plus"}) == {"quark", "blick"}
    assert exclusive_words(*apart, set()) == set()
