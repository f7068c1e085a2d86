import pytest

from analysis.style_terms import Part, TopicControl, style_terms
from detectors.errors import DataError
from detectors.lexicon import LexiconDetector
from tests.analysis.measures.tables import traces

TOPICS = "apples", "bridges", "cats", "doors", "engines", "foxes"
PROMPTS = tuple(f"Count the {topic}." for topic in TOPICS)
STUDENT = traces(*(f"Okay, so I count {topic}. Wait, {topic}: maybe {topic}." for topic in TOPICS), prompts=PROMPTS)
TEACHER = traces(*(f"We need {topic}; thus {topic} {topic} {topic}." for topic in TOPICS), prompts=PROMPTS)
DETECTOR = LexiconDetector({"^okay ,": 1.0, "wait": 1.0, "^we need": 1.0})


def terms(found):
    return {term.term for term in found.student}, {term.term for term in found.teacher}


def test_words_of_the_prompt_are_masked_and_no_phrase_goes_over_one():
    text = TopicControl().text(traces("So count the Bridges, then.", prompts=("Count bridges!",))[0])
    assert text.split() == ["So", "the", ",", "then."]
    assert "\n" in text[text.index("So") : text.index("the")]
    assert TopicControl.off().text(STUDENT[0]) == STUDENT[0].thinking


def test_the_writers_habits_are_found_and_topics_are_not():
    student, teacher = terms(style_terms(STUDENT, TEACHER, TopicControl(longest=1)))
    assert {"okay", "wait", "maybe", "i"} <= student
    assert {"we", "thus", "need", ";"} <= teacher
    assert not (student | teacher) & {*TOPICS, "count"}


def test_without_control_topics_come_back():
    student, teacher = terms(style_terms(STUDENT, TEACHER, TopicControl.off(1)))
    assert (student | teacher) & {*TOPICS}


def test_divergence_is_above_the_floor_of_each_writer():
    found = style_terms(STUDENT, TEACHER)
    assert found.questions == 6
    assert found.divergence.low > max(found.student_floor.high, found.teacher_floor.high)


def test_a_phrase_and_its_part_are_listed_once():
    student, _ = terms(style_terms(STUDENT, TEACHER))
    assert sum("okay" in term for term in student) == 1


def test_style_and_capability_parts_are_apart():
    style = terms(style_terms(STUDENT, TEACHER, TopicControl(part=Part.STYLE, detector=DETECTOR, longest=1)))
    rest = terms(style_terms(STUDENT, TEACHER, TopicControl(part=Part.CAPABILITY, detector=DETECTOR, longest=1)))
    assert "wait" in style[0]
    assert "wait" not in rest[0]
    assert "thus" in rest[1]
    assert "thus" not in style[1]


def test_a_burst_is_left_out():
    zebras = [30, 1, 1, 0, 0, 0]
    texts = [f"So it is {index}." + " zebra" * count + " word" * (30 - count) for index, count in enumerate(zebras)]
    others = [f"Thus it is {index}." + " word" * 30 for index in range(6)]
    student, _ = terms(style_terms(traces(*texts), traces(*others), TopicControl(longest=1)))
    assert "so" in student
    assert "zebra" not in student


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"least_questions": 2}, "least_questions must lie in 0..1"),
        ({"longest": 9}, "longest must lie in 1..5"),
        ({"part": Part.STYLE}, "found by a detector"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        TopicControl(**options)


def test_too_few_questions_and_no_terms_are_one_clear_error():
    with pytest.raises(DataError, match="answer 1 questions in common"):
        style_terms(STUDENT[:1], TEACHER)
    with pytest.raises(DataError, match="answer 1 questions in common"):
        style_terms(STUDENT[:1] * 3, TEACHER[:1] * 3)
    with pytest.raises(DataError, match="no term is left"):
        style_terms(
            traces("a b", "c d", prompts=PROMPTS[:2]),
            traces("e f", "g h", prompts=PROMPTS[:2]),
            TopicControl(least_questions=1),
        )


def test_shared_traces_show_habits_of_both_models(shared_data):
    from analysis.corpus import read_corpus

    student, teacher = (read_corpus(shared_data / "traces" / f"{name}.jsonl") for name in ("qwen3-8b", "gpt-oss-20b"))
    found = style_terms(student, teacher, TopicControl.induced(student, teacher), replicates=200)
    first, second = terms(found)
    assert (len(first), len(second)) == (30, 30)
    assert {"wait ,", "perhaps", "alternatively ,", "let me think"} <= first
    assert {"we need", "let's", "thus", "actually"} <= second
    topics = {"event", "events", "case", "process", "activity", "code", "model", "log", "loop", "sequence"}
    assert not {word for term in first | second for word in term.split()} & topics
