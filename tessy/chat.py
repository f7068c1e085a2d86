"""Messages -> the ids of a prompt, by the model's own chat template, with the thinking opened.

What users write is data. Before the template sees a message, every control mark in it is replaced by a stand-in of
digits nobody can guess, and two more guard its first and last words, so that no mark can form across its border. Any
mark in the rendered text is then the template's, and becomes a control token; the stand-ins turn back into text, and
the whole is encoded at once, as the tokenizer itself would cut it.
"""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from detectors.errors import DataError, UsageError
from tessy.thinking import CLOSE_TAG, OPEN_TAG, answer_only, missing_opening, thinking_marks
from tessy.vocabulary import Vocabulary

ROLES = ("system", "developer", "user", "assistant", "tool")
"""The roles a message can have. A template writes the role as it is, so it cannot be free text."""

NO_OPTIONS: Mapping[str, object] = MappingProxyType({})
_OURS = ("conversation", "tokenize", "add_generation_prompt", "continue_final_message", "return_dict", "messages")
_THINK_TAGS = (OPEN_TAG, CLOSE_TAG)


class Chat:
    """One model's chat template.

    Parameters
    ----------
    vocabulary
        The model's vocabulary; its tokenizer has the template.
    template_options
        Further variables of the template, such as ``{"reasoning_effort": "high"}``.

    Attributes
    ----------
    marks
        How the model opens and closes its thinking.

    Raises
    ------
    UsageError
        When the tokenizer has no chat template, or an option is one that tessy sets itself.
    """

    def __init__(self, vocabulary: Vocabulary, *, template_options: Mapping[str, object] = NO_OPTIONS) -> None:
        if taken := [option for option in template_options if option in _OURS]:
            raise UsageError(f"{taken[0]!r} is not a template option", advice="tessy sets it itself")
        if not vocabulary.tokenizer.chat_template:
            raise UsageError(
                f"the tokenizer of {vocabulary.tokenizer.name_or_path or 'this model'} has no chat template",
                advice="use an instruction-tuned model, or put a chat_template.jinja into its folder",
            )
        self.vocabulary = vocabulary
        self.marks = thinking_marks(vocabulary)
        self._options = dict(template_options)
        self._nonce = str(10**39 + secrets.randbits(128))
        self._guard = f"{self._nonce}{0:07}"
        self._hidden = list(dict.fromkeys((*_THINK_TAGS, *vocabulary.marks)))
        self._stand_in = re.compile(rf"{self._nonce}(\d{{7}})")

    def prompt_ids(self, messages: Sequence[Mapping[str, str]]) -> list[int]:
        """Render messages for generation, with the thinking open exactly once.

        Parameters
        ----------
        messages
            Each with ``role`` and ``content``; other fields are left out, and so is the thinking of earlier turns.

        Raises
        ------
        DataError
            When a message is not one the template can take.
        UsageError
            When the template fails, or closes the thinking it should open.
        """
        rendered = self._render([self._guarded(index, message) for index, message in enumerate(messages)])
        if rendered.rstrip().endswith(CLOSE_TAG):
            raise UsageError(
                "the chat template closes the thinking before it began",
                advice="set its option: enable_thinking=true for Qwen3, thinking=true for DeepSeek-V3.1",
            )
        rendered += missing_opening(self.marks.family, rendered)
        named = self._name_marks(rendered)
        return self.vocabulary.encode_whole(self._stand_in.sub(self._written, named))

    def _guarded(self, index: int, message: Mapping[str, str]) -> dict[str, str]:
        """Return a message in which no control mark is left and none can form with what the template puts around it."""
        role, content = message.get("role"), message.get("content")
        where = f"message {index + 1}"
        if role not in ROLES:
            raise DataError(f"{role!r} is not a role", where=where, advice=f"one of {', '.join(ROLES)}")
        if not isinstance(content, str):
            raise DataError(f"the content is {type(content).__name__}, not text", where=where)
        try:
            content.encode()
        except UnicodeEncodeError as error:
            raise DataError(
                f"{content[error.start]!r} at character {error.start} is half of a surrogate pair, not text",
                where=where,
                advice="write the character as UTF-8 or as both halves",
            ) from None
        text = answer_only(content) if role == "assistant" else content
        body = text.strip()
        if not body:
            return {"role": role, "content": text}
        for number, mark in self._found(body):
            body = body.replace(mark, f"{self._nonce}{number:07}")
        left = text[: len(text) - len(text.lstrip())]
        right = text[len(text.rstrip()) :]
        return {"role": role, "content": f"{left}{self._guard}{body}{self._guard}{right}"}

    def _found(self, text: str) -> Iterable[tuple[int, str]]:
        """Find the marks in a text, longest first, with the numbers of their stand-ins (0 is the guard)."""
        found = [(number, mark) for number, mark in enumerate(self._hidden, start=1) if mark in text]
        return sorted(found, key=lambda pair: -len(pair[1]))

    def _render(self, messages: list[dict[str, str]]) -> str:
        from jinja2 import TemplateError, TemplateSyntaxError

        if not messages or messages[-1]["role"] == "assistant":
            raise DataError(
                "a prompt needs a message, and the last one cannot be the assistant's",
                advice="leave out the answer: the models write it",
            )
        try:
            rendered: str = self.vocabulary.tokenizer.apply_chat_template(
                messages, tokenize=False, add_generation_prompt=True, **self._options
            )
        except TemplateSyntaxError as error:
            raise UsageError(f"the chat template does not compile: {error}") from error
        except (TemplateError, ValueError, TypeError, KeyError, ArithmeticError) as error:
            roles = ", ".join(message["role"] for message in messages)
            raise DataError(
                f"the chat template refuses these messages ({roles}): {error}",
                advice="roles and their order must be ones this model was trained on",
            ) from error
        return rendered

    def _name_marks(self, rendered: str) -> str:
        """Write the template's control marks by their secret names, the longest first where one begins another."""
        marks = sorted((mark for mark in self.vocabulary.marks if mark in rendered), key=len, reverse=True)
        if not marks:
            return rendered
        pattern = "|".join(map(re.escape, marks))
        return re.sub(pattern, lambda match: self.vocabulary.name(match.group()), rendered)

    def _written(self, match: re.Match[str]) -> str:
        number = int(match[1])
        return self._hidden[number - 1] if number else ""
