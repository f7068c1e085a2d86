import pytest

from analysis.annotation.choices import PromptName
from analysis.annotation.faults import BadJsonError, EmptyAnswerError
from analysis.annotation.prompts import correction, question

TEXT = "So {text} is </text> 3."


@pytest.mark.parametrize("name", PromptName)
def test_a_prompt_holds_the_text_as_it_is(name):
    [message] = question(name, TEXT)
    assert message["role"] == "user"
    assert message["content"].endswith(f"<text>\n{TEXT}\n</text>")
    assert "JSON array of strings" in message["content"]


def test_the_strict_prompt_settles_more_cases():
    short, long = (question(name, "")[0]["content"] for name in (PromptName.TABLE2, PromptName.STRICT))
    assert len(long) > 2 * len(short)
    assert "The clause it introduces is not part of it" in long


def test_a_correction_shows_the_answer_and_names_the_fault():
    asked = question(PromptName.TABLE2, TEXT)
    first, second, third = correction(asked, "no" * 9000, BadJsonError("not JSON: x", advice="answer with an array"))
    assert first == asked[0]
    assert (second["role"], len(second["content"])) == ("assistant", 2000)
    assert third == {
        "role": "user",
        "content": "This answer cannot be used: not JSON: x. Answer with an array.",
    }


def test_an_empty_answer_is_not_shown_again():
    asked = question(PromptName.TABLE2, TEXT)
    [message] = correction(asked, "", EmptyAnswerError("empty", advice="answer [] if nothing counts"))
    assert message["content"].startswith(asked[0]["content"])
    assert message["content"].endswith("Your last answer was empty: answer [] if nothing counts.")
