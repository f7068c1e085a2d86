from random import Random

import pytest

from analysis.corpus import read_corpus
from analysis.evaluation import evaluate
from analysis.induction import induce_lexicon, weak_labels
from analysis.labels import read_labels
from analysis.markers import Markers
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


def test_what_neither_writer_wrote_is_not_in_the_lexicon(english):
    assert "^hmm" not in english.phrases
    assert not any(word in english.phrases for word in ("list", "sum", "near"))


def test_words_of_one_writer_are_no_style_when_the_writers_share_most(english):
    assert not any(phrase[0] != "^" for phrase in english.phrases)


def test_another_seed_list_is_enough_for_another_language():
    empty = dict.fromkeys(Markers.__dataclass_fields__, ())
    german = Markers(**{**empty, "connectives": ("also", "deshalb"), "interjections": ("moment",)})
    lexicon = induce_lexicon(["Moment, das ist 3. Also 4."], ["Deshalb ist das 3, also 4."], markers=german)
    assert found(lexicon, "Also ist es 5. Moment, nein.") == ["Also", "Moment,"]


def test_texts_without_style_are_refused():
    with pytest.raises(DataError, match="no style phrase"):
        induce_lexicon(["3"], ["4"])


def test_weak_labels_are_what_the_detector_finds(english):
    (label,) = weak_labels(english, ["Thus 4.", ""])
    assert label.text[label.spans[0].start : label.spans[0].end] == "Thus"


def test_bar_on_shared_traces(shared_data):
    corpora = [read_corpus(shared_data / "traces" / f"{model}.jsonl") for model in ("qwen3-8b", "gpt-oss-20b")]
    texts = [[trace.thinking for trace in corpus] for corpus in corpora]
    lexicon = induce_lexicon(*texts, prompts={trace.prompt for corpus in corpora for trace in corpus})
    assert evaluate(lexicon, read_labels(shared_data / "style-spans" / "train.jsonl")).token.f1 > 0.72
