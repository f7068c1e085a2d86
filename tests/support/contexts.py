"""Whether a context is the one its tokenizer would have made of the text."""

from typing import Any

from tessy.engines.tokens import TokenSession
from tessy.trace import Role, Trace


def token_bounds(vocabulary: Any, before: list[int], ids: list[int]) -> list[int]:
    """Return the characters at which the tokens end."""
    return [0, *vocabulary.texts(before, ids)[1]]


def foreign_stretches(trace: Trace, role: Role) -> list[tuple[int, int]]:
    """Return what the other role wrote of the thinking, in characters from the start of the thinking."""
    opening = len("<think>\n")
    thinking = trace.text.index("</think>") - opening
    cut = ((segment.start - opening, segment.end - opening) for segment in trace.segments if segment.role is not role)
    return [(max(0, start), min(end, thinking)) for start, end in cut if start < thinking and end > 0]


def is_word_bound(text: str, position: int) -> bool:
    """Tell whether every tokenizer may be expected to cut here: before the one blank in front of a word."""
    after = text[position : position + 2]
    return position == len(text) or (
        position > 0 and not text[position - 1].isspace() and after[:1] == " " and after[1:].isalnum()
    )


def differences(session: TokenSession, prompt_tokens: int, trace: Trace, role: Role) -> list[str]:
    """Compare the foreign stretches of a context, token by token, with the tokenizer's cut of the whole thinking.

    A stretch is compared where both its ends are word bounds. Returns what differs.
    """
    vocabulary = session._vocabulary
    before, ids = session.token_ids[:prompt_tokens], session.token_ids[prompt_tokens:]
    said = vocabulary.texts(before, ids)[0]
    # A session does not hear what the other wrote last, and goes on to the answer when it writes that itself.
    text = trace.text.removeprefix("<think>\n").split("</think>")[0].rstrip("\n")[: len(said)]
    if not said.startswith(text):
        return [f"the context says {said!r}, not {text!r}"]
    bounds = token_bounds(vocabulary, before, ids)
    ids = ids[: next((index for index, bound in enumerate(bounds) if bound >= len(text)), len(ids))]
    canonical, _ = vocabulary.continuation("\n", text)
    own, tokenizers = (set(token_bounds(vocabulary, before, part)) for part in (ids, canonical))
    found = []
    for start, stretch_end in foreign_stretches(trace, role):
        end = min(stretch_end, len(text))
        if is_word_bound(text, start) and is_word_bound(text, end):
            inside = {bound for bound in own | tokenizers if start <= bound <= end}
            if inside & own != inside & tokenizers:
                found.append(f"{text[start:end]!r}: cut at {sorted(inside & own)}, not {sorted(inside & tokenizers)}")
    return found
