"""What stands before a trace when its loss is measured: the prompt, as the model's own chat template writes it."""

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.loss.condition import Condition
from detectors.errors import DataError, UsageError

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_THINK_OPEN, _THINK_CLOSE = "<think>", "</think>"
_HARMONY: Final = ("<|start|>", "<|channel|>", "<|message|>")
_HARMONY_OPENING: Final = "<|channel|>analysis<|message|>"
_HARMONY_CLOSING: Final = "<|end|><|start|>assistant<|channel|>final<|message|>"
_SURROGATE = re.compile("[\ud800-\udfff]")
NO_OPTIONS: Final[Mapping[str, object]] = MappingProxyType({})


class Rendering:
    """Turns traces into token ids of one model.

    Parameters
    ----------
    tokenizer
        A fast tokenizer, for the places of tokens in the text.
    condition
        What a text is conditioned on.
    opening
        What opens the thinking, behind the template's generation prompt; what of it the template writes itself is not
        written twice. None chooses: the analysis channel for a vocabulary with gpt-oss's marks, else ``<think>`` and a
        line break.
    template_options
        Further variables of the template, such as ``{"enable_thinking": True}``.
    answers
        Whether the answer is scored too, behind the thinking and the marks that close it, which are not scored.

    Raises
    ------
    UsageError
        When the tokenizer has no chat template to condition on a prompt, or no token to begin a text with; when answers
        are to be scored without a prompt.
    """

    def __init__(
        self,
        tokenizer: "PreTrainedTokenizerFast",
        condition: Condition = Condition.PROMPT,
        *,
        opening: str | None = None,
        template_options: Mapping[str, object] = NO_OPTIONS,
        answers: bool = False,
    ) -> None:
        self.condition, self.answers = condition, answers
        self._tokenizer: Any = tokenizer
        self._options = dict(template_options)
        # Control tokens, and others that a vocabulary adds to what it learned: `<think>` is either.
        self._marks = [str(mark) for mark in self._tokenizer.get_added_vocab()]
        harmony = set(_HARMONY) <= set(self._marks)
        self._closing = _HARMONY_CLOSING if harmony else f"\n{_THINK_CLOSE}\n\n"
        self.opening = opening if opening is not None else _HARMONY_OPENING if harmony else f"{_THINK_OPEN}\n"
        if condition is Condition.PROMPT and not self._tokenizer.chat_template:
            raise UsageError(
                "the tokenizer has no chat template to write prompts with",
                advice="score the texts alone with --condition nothing",
            )
        if condition is Condition.NOTHING and answers:
            raise UsageError("answers are scored behind a prompt alone", advice="leave out --condition nothing")
        if condition is Condition.NOTHING and self._begin() is None:
            raise UsageError(
                "the tokenizer has neither a begin-of-text nor an end-of-text token",
                advice="condition on the prompt with --condition prompt",
            )

    def condition_ids(self, prompt: str, where: str = "") -> list[int]:
        """Return the tokens that stand before a trace.

        Parameters
        ----------
        prompt
            The trace's prompt. A control mark in it is read as text.
        where
            The place of the trace, for errors.

        Raises
        ------
        DataError
            When the trace has no prompt to condition on, or the template refuses it.
        UsageError
            When the template does not open the thinking.
        """
        if self.condition is Condition.NOTHING:
            return [int(self._begin())]
        if not prompt:
            raise DataError(
                "the trace has no prompt", where=where, advice="score the texts alone with --condition nothing"
            )
        prompt = _whole(prompt)
        if not any(mark in prompt for mark in self._marks):
            return self._encode(self._render(prompt, where))
        # Digits nobody can guess stand in for the prompt, so that what the template writes and what the user wrote are
        # told apart; only there are their tokens cut apart, too.
        stand_in = str(10**39 + secrets.randbits(128))
        before, found, after = self._render(stand_in, where).partition(stand_in)
        if not found or stand_in in after:
            raise DataError("the chat template does not write the prompt once", where=where)
        return [*self._encode(before), *self._encode(prompt, plain=True), *self._encode(after)]

    def closing_ids(self) -> list[int]:
        """Return the tokens between the thinking and the answer."""
        return self._encode(self._closing)

    def text_ids(self, text: str) -> tuple[list[int], NDArray[np.int64]]:
        """Cut a text into tokens: their ids, and their characters [start, end) as an array of shape (tokens, 2).

        A mark in the text that spells a special token, such as ``<|im_end|>``, is read as plain text.
        """
        found = self._tokenizer(
            _whole(text),
            add_special_tokens=False,
            return_offsets_mapping=True,
            split_special_tokens=True,
            verbose=False,
        )
        return list(found["input_ids"]), np.asarray(found["offset_mapping"], dtype=np.int64).reshape(-1, 2)

    def describe(self) -> Mapping[str, Any]:
        """Say how traces become tokens, so that sums of another rendering are not mixed with these."""
        described: dict[str, Any] = {
            "condition": self.condition.value,
            "tokenizer": _hash(self._tokenizer.backend_tokenizer.to_str()),
        }
        if self.condition is Condition.PROMPT:
            template = json.dumps([self._tokenizer.chat_template, self._options], sort_keys=True, default=str)
            described |= {"template": _hash(template), "opening": self.opening, "answers": self.answers}
        return described

    def _begin(self) -> Any:
        begin = self._tokenizer.bos_token_id
        return self._tokenizer.eos_token_id if begin is None else begin

    def _render(self, prompt: str, where: str) -> str:
        from jinja2 import TemplateError

        messages = [{"role": "user", "content": prompt}]
        try:
            rendered: str = self._tokenizer.apply_chat_template(
                messages, tokenize=False, add_generation_prompt=True, **self._options
            )
        except (TemplateError, ValueError, TypeError, KeyError, ArithmeticError) as error:
            raise DataError(f"the chat template refuses the prompt: {error}", where=where) from error
        if rendered.rstrip().endswith(_THINK_CLOSE):
            raise UsageError(
                "the chat template closes the thinking before it began",
                advice="set its option: --template-option enable_thinking=true for Qwen3",
            )
        return rendered + self._missing_opening(rendered)

    def _missing_opening(self, rendered: str) -> str:
        written = (n for n in range(len(self.opening), 0, -1) if rendered.endswith(self.opening[:n]))
        return self.opening[next(written, 0) :]

    def _encode(self, text: str, *, plain: bool = False) -> list[int]:
        found = self._tokenizer(text, add_special_tokens=False, split_special_tokens=plain, verbose=False)
        return list(found["input_ids"])


def _whole(text: str) -> str:
    """Replace halves of surrogate pairs, which no tokenizer reads; the text stays as long as it is."""
    return _SURROGATE.sub("\ufffd", text)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
