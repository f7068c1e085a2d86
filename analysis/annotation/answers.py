"""The text of a model's answer -> the strings it lists."""

import json
import re

from analysis.annotation.faults import BadJsonError, EmptyAnswerError, NotStringsError

WRAPPER = "spans"
"""The field that holds the array where an endpoint's structured output must be an object."""

_FENCE = re.compile(r"\s*```(?:json)?[ \t]*\n(.*?)\n?[ \t]*```\s*", re.DOTALL | re.IGNORECASE)
_THINKING = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
_QUOTE = 80


def read_answer(answer: str) -> list[str]:
    """Read a JSON array of strings, or an object with nothing but such an array in the field `WRAPPER`.

    A code fence around it, and the thinking of a model before it, are taken off; anything else beside it is a fault.
    White space around a string is no part of the span.

    Raises
    ------
    EmptyAnswerError
        When there is nothing.
    BadJsonError
        When it is not JSON, or not JSON alone.
    NotStringsError
        When it is other JSON, or a string holds only white space.
    """
    text = _THINKING.sub("", answer, count=1)
    if fenced := _FENCE.fullmatch(text):
        text = fenced.group(1)
    if not text.strip():
        raise EmptyAnswerError("the answer is empty", advice="answer [] if nothing counts")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadJsonError(
            f"not JSON: {error}; it begins {text.strip()[:_QUOTE]!r}",
            advice="answer with a JSON array of strings and nothing before or after it",
        ) from error
    if isinstance(value, dict) and list(value) == [WRAPPER]:
        value = value[WRAPPER]
    if not isinstance(value, list):
        raise NotStringsError(f"not an array: {_short(value)}", advice='answer with an array such as ["So", "Wait,"]')
    strings: list[str] = []
    for number, item in enumerate(value, start=1):
        if not isinstance(item, str) or not item.strip():
            problem = "holds no word" if isinstance(item, str) else "is not a string"
            raise NotStringsError(
                f"item {number} of the array {problem}: {_short(item)}", advice="list nothing but strings of the text"
            )
        strings.append(item.strip())
    return strings


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _QUOTE else f"{text[: _QUOTE - 3]}..."
