from pathlib import Path
from random import Random

import pytest

from analysis.corpus import read_corpus
from analysis.evaluation import evaluate
from analysis.fitting import fit_logistic
from analysis.induction import induce_lexicon
from analysis.induction.weak_labelling import weak_labels
from analysis.labels import read_labels
from analysis.markers import read_markers
from detectors.errors import DataError

STUDENT = ("Okay , let 's see .", "Quark ,", "So zort ,", "Wait , is that right ?")
TEACHER = ("Vamos :", "; blick", "Done !", "final :")


def apart(styles, number):
    chance = Random(number)
    return " ".join(f"{chance.choice(styles)} {chance.randrange(5)} + {chance.randrange(5)} = 3" for _ in range(6))


def found(detector, text):
    return [text[span.start : span.end] for span in detector.spans(text)]


@pytest.fixture(scope="module", params=[False, True], ids=["look-ahead", "causal"])
def world(request):
    """A lexicon of two writers who share no word of style, in words no seed list holds."""
    texts = [[apart(styles, number) for number in range(60)] for styles in (STUDENT, TEACHER)]
    return induce_lexicon(*texts, prompts=["run 3 + 4"], causal=request.param)


def test_writers_apart_give_all_their_words_and_signs(world):
    for styles in (STUDENT, TEACHER):
        text = apart(styles, 1000)
        style = "".join("".join(found(world, text)).split())
        assert style == "".join(c for c in text if not c.isspace() and not c.isdigit() and c not in "+=")


def test_no_number_operator_or_word_of_the_task_is_style(world):
    assert found(world, "3 + 4 = 7 run 12") == []


def test_style_is_found_where_the_other_writer_left_off(world):
    assert found(world, "3 + 4 = 2 zort 3") == ["zort"]


@pytest.fixture(scope="module")
def english():
    shared = " The list is long and the sum of the list is 12 so far, and the end is near."
    student = ["Okay, let's see. I need to find the sum. Wait, maybe the sum is 7." + shared] * 5
    teacher = ["We need to compute sum. Thus the sum is 7. Let's craft answer." + shared] * 5
    return induce_lexicon(student, teacher, prompts=["Find the sum of the list."])


def test_markers_lead_ins_and_narration_of_both_writers_are_found(english):
    assert found(english, "Okay, let's see. I need to find 3. Thus 4. Wait, maybe 5.") == [
        "Okay, let's see.",
        "I need to find",
        "Thus",
        "Wait, maybe",
    ]


def test_topics_are_not_in_the_lexicon(english):
    assert not any(word in english.phrases for word in ("list", "sum", "near"))


def test_markers_of_writers_not_seen_are_found(english):
    assert found(english, "Hmm, 3. Moreover, 4. Let's verify 5.") == ["Hmm,", "Moreover,", "Let's verify"]


def test_a_phrase_that_mostly_stands_in_the_task_is_no_style():
    texts = ["Then, x is 3. Fill it, then 3, then 4, then 5. We then see 7."] * 5
    assert found(induce_lexicon(texts, texts), "Then, y is 7. Fill it, then 9.") == ["Then,"]


def test_words_of_one_writer_are_no_style_when_the_writers_share_most(english):
    assert not any(phrase[0] != "^" for phrase in english.phrases)


GERMAN = Path(__file__).parents[1] / "german"


def test_another_seed_list_is_enough_for_another_language():
    corpora = [read_corpus(GERMAN / f"{writer}.jsonl") for writer in ("student", "teacher")]
    texts = [[trace.thinking for trace in corpus] for corpus in corpora]
    labels, german = read_labels(GERMAN / "spans.jsonl"), read_markers("de")
    assert evaluate(induce_lexicon(*texts, markers=german), labels).token.f1 > 0.78
    assert evaluate(induce_lexicon(*texts), labels).token.f1 < 0.3
    logistic = fit_logistic(weak_labels(*corpora, markers=german), lookahead=2)
    assert evaluate(logistic, labels).token.f1 > 0.8


def test_texts_without_style_are_refused():
    with pytest.raises(DataError, match="no style phrase"):
        induce_lexicon(["3"], ["4"])


def test_bar_on_shared_traces(shared_data):
    corpora = [read_corpus(shared_data / "traces" / f"{model}.jsonl") for model in ("qwen3-8b", "gpt-oss-20b")]
    texts = [[trace.thinking for trace in corpus] for corpus in corpora]
    lexicon = induce_lexicon(*texts, prompts={trace.prompt for corpus in corpora for trace in corpus})
    assert evaluate(lexicon, read_labels(shared_data / "style-spans" / "train.jsonl")).token.f1 > 0.8
