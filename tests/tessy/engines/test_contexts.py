"""Contexts on real text: whatever the language, nothing of a trace is lost or changed where the pen changes hands."""

import random
import unicodedata
from itertools import pairwise

import pytest

from analysis.jsonl import read_rows
from detectors.spans import words
from tessy.chat import Chat
from tessy.engines.generator import Generated
from tessy.engines.tokens import TokenSession
from tessy.prompts import Prompt
from tessy.vocabulary import Vocabulary
from tests import tokenizers_for_tests as tokenizers

FAMILIES = ("qwen3", "deepseek", "harmony", "gemma")
LANGUAGES = (
    "好的，我们先看一下题目：数组里有 n 个数。等等，这里要注意 n 可以是 0！那么答案是 42。",
    "Hmm, also zuerst die Größe: 3 × 4 = 12. Moment – das „Übermaß“ fehlt noch; naïveté, œuvre, Ångström.",
    "Так, давайте подумаем. Пусть x² + y² = 25, тогда x = 3 и y = 4. Подождите, проверим ещё раз…",
    "ですから、答えは「七」です。ちょっと待って、ｶﾀｶﾅ も確認しましょう。합은 15입니다. 잠깐만요!",
    "हम पहले क्षेत्रफल निकालते हैं। รอเดี๋ยว ลองดูอีกครั้ง ที่นี่ 3 + 4 = ๗ ครับ",
    "حسنًا، لنفكر: ٣ + ٤ = ٧. انتظر! می‌شود دوباره بررسی کرد.",
    "Okay 👍🏽 so 👩‍👩‍👧 counts as one; 🇩🇪🇫🇷 are two flags. \U0001d465\u0302 ≤ ∑ᵢ αᵢ, and “quotes”—like these.",
)
CODE = """So we could write:
```python
def count(values: list[int], *, limit: int = 1_000) -> dict[str, int]:
\t# tabs, and   runs of blanks\r
    return {f"{key!r}": value for key, value in enumerate(values) if value <= limit and not key & 0x7F}


if __name__ == "__main__":        print(count([1, 2, 3])[0], end="\\n\\n")
```
Wait, `a[i][j]->next != NULL && *p++ == '\\0'` — then `std::vector<std::pair<int,int>>&& v{};` is fine.
\\[ \\sum_{i=1}^{n} \\frac{1}{i^2} = \\frac{\\pi^2}{6} \\]   \n\n\n  <tag attr='x'>&amp;</tag> https://a.b/c?d=e#f
"""


class Echo:
    """Drafts what it is told to."""

    said: tuple[int, ...] = ()

    async def generate(self, turn):
        assert 0 <= turn.unchanged <= len(turn.token_ids)
        assert list(turn.token_ids[: turn.unchanged]) == self.seen[: turn.unchanged]
        self.seen = [*turn.token_ids, *self.said]
        return Generated(self.said)

    seen: list[int] = []  # noqa: RUF012

    def close(self):
        pass


async def hand_over(chat, text, seed):
    """Write a text in turns that end at random words; return what the context says, its seams and the hand-overs."""
    draw = random.Random(seed)
    generator = Echo()
    session = TokenSession(chat, Prompt.from_text("?"), generator, context_length=1 << 20, seed=0)
    start = len(session.token_ids)
    ends = [word.end for word in words(text)]
    cuts = sorted({0, len(text), *draw.sample(ends, len(ends) // 4)})
    own = draw.random() < 0.5
    for first, last in pairwise(cuts):
        part = text[first:last]
        if own:
            generator.said = tuple(chat.vocabulary.continuation("\n" + text[:first], part)[0])
            draft = await session.draft(10_000)
            assert draft.text == part
            session.keep(len(draft.token_ids))
        else:
            session.append(part)
        own = not own
    ids = session.token_ids
    return chat.vocabulary.texts(ids[:start], ids[start:])[0], session.counters.seams, len(cuts) - 2


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("text", [*LANGUAGES, CODE], ids=[*map(str, range(len(LANGUAGES))), "code"])
async def test_text_of_many_languages_and_code_is_never_changed(family, text):
    chat = Chat(Vocabulary(getattr(tokenizers, family)()))
    text = unicodedata.normalize("NFC", text)
    for seed in range(20):
        said, _, _ = await hand_over(chat, text, seed)
        assert said == text


async def contexts_of_real_traces(chat, shared_data):
    seams = hand_overs = 0
    for path in sorted((shared_data / "traces").glob("*.jsonl")):
        for number, (_, row) in zip(range(4), read_rows(path), strict=False):
            text = unicodedata.normalize("NFC", row["thinking"][:6_000])
            said, crossed, turns = await hand_over(chat, text, number)
            assert said == text
            seams, hand_overs = seams + crossed, hand_overs + turns
    return seams, hand_overs


async def test_real_traces_in_the_vocabulary_of_smollm2(shared_data, smollm2):
    seams, hand_overs = await contexts_of_real_traces(Chat(Vocabulary.load(str(smollm2))), shared_data)
    # Tokens of several signs, such as ")." and "**:", straddle some words' ends: there the text is cut on its own.
    assert 0 < seams < 0.15 * hand_overs


async def test_real_traces_in_the_vocabulary_of_gemma(shared_data, gemma):
    seams, hand_overs = await contexts_of_real_traces(Chat(Vocabulary.load(str(gemma))), shared_data)
    assert 0 < seams < 0.15 * hand_overs
