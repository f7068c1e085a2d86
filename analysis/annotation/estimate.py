"""What an annotation will cost, told before the first request."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from analysis.annotation.choices import PromptName
from analysis.annotation.prompts import question
from analysis.annotation.segments import TraceSegment

_BYTES_A_TOKEN = 3.6
"""Bytes of UTF-8 a token, measured with SmolLM2's tokenizer on the 840 shared segments (3.64)."""
_ANSWER_SHARE = 0.2
"""Tokens of the true spans as a JSON array, for each token of the segment, measured there too (0.197)."""
_OVERHEAD = 12
"""Tokens that a chat template adds to a dialogue of one turn, about."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Requests and tokens of an annotation, if every first answer can be used and no model thinks before it answers.

    Attributes
    ----------
    requests
        One a segment and annotator.
    prompt_tokens, completion_tokens
        Of all requests together; real tokenizers differ by a quarter or so.
    """

    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @classmethod
    def of(cls, segments: Iterable[TraceSegment], prompt: PromptName) -> Self:
        """Estimate what one annotator costs."""
        requests = prompt_tokens = completion_tokens = 0
        for segment in segments:
            [message] = question(prompt, segment.text)
            requests += 1
            prompt_tokens += round(_length(message["content"])) + _OVERHEAD
            completion_tokens += round(_ANSWER_SHARE * _length(segment.text)) + 2
        return cls(requests, prompt_tokens, completion_tokens)

    def __add__(self, other: "Estimate") -> "Estimate":
        return Estimate(
            self.requests + other.requests,
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
        )

    def price(self, per_million_in: float, per_million_out: float) -> float:
        """Return the price, in the currency of the two prices per million tokens."""
        return (self.prompt_tokens * per_million_in + self.completion_tokens * per_million_out) / 1e6


def _length(text: str) -> float:
    return len(text.encode("utf-8", "surrogatepass")) / _BYTES_A_TOKEN
