from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken

from tessy.chat import Chat
from tessy.engines.base import DraftStop
from tessy.engines.generator import Generated
from tessy.engines.tokens import TokenSession, draft_seed
from tessy.errors import ContextLengthError
from tessy.prompts import Prompt
from tessy.vocabulary import Vocabulary
from tests import tokenizers_for_tests as tokenizers

FAMILIES = {
    name: Chat(Vocabulary(getattr(tokenizers, name)())) for name in ("qwen3", "deepseek", "harmony", "gemma", "llama2")
}
PROMPT = Prompt.from_text("2 + 2?")


class Speaker:
    """Generates the ids of what it is told to say."""

    def __init__(self, vocabulary, *says, end=None):
        self.ids = [token for text in says for token in vocabulary.encode(text)] + ([end] if end is not None else [])
        self.asked = []

    async def generate(self, turn):
        self.asked.append((list(turn.token_ids), turn.max_tokens, turn.seed, turn.unchanged))
        said, self.ids = self.ids[: turn.max_tokens], self.ids[turn.max_tokens :]
        return Generated(said)

    def close(self):
        self.ids = []


def open_session(chat, *says, end=None, context_length=100_000):
    speaker = Speaker(chat.vocabulary, *says, end=end)
    return TokenSession(chat, PROMPT, speaker, context_length=context_length, seed=1), speaker


@pytest.fixture(params=FAMILIES)
def chat(request):
    return FAMILIES[request.param]


async def test_an_open_draft_grows_until_it_is_kept_or_rolled_back(chat):
    session, speaker = open_session(chat, " one two three four")
    prompt = list(session.token_ids)
    first = await session.draft(2)
    whole = await session.draft(50)
    assert whole.token_ids[:2] == first.token_ids
    assert whole.text == " one two three four"
    assert whole.ends[-1] == len(whole.text)
    assert speaker.asked[1][0] == prompt + list(first.token_ids)
    kept = list(session.keep(2))
    assert session.token_ids == prompt + kept
    assert (await session.draft(1)).text == whole.text[whole.ends[1] :]
    session.roll_back()
    assert (await session.draft(1)).text == ""
    assert session.counters.made == len(whole.token_ids)


async def test_an_end_token_ends_the_draft_and_is_no_part_of_it(chat):
    end = min(chat.marks.end_ids)
    session, _ = open_session(chat, " four", end=end)
    draft = await session.draft(100)
    assert (draft.text, draft.stop) == (" four", DraftStop.END)
    assert end not in draft.token_ids


class Judging(Speaker):
    """Says of the first so many drafts that they are judged, and of the last that a boundary comes."""

    def __init__(self, vocabulary, text, judged, *, at_boundary=True):
        super().__init__(vocabulary, text)
        self._judged, self._at_boundary = iter(judged), at_boundary

    async def generate(self, turn):
        said = await super().generate(turn)
        judged = next(self._judged)
        return replace(said, judged=judged, at_boundary=judged and self._at_boundary)


async def test_a_draft_is_judged_when_all_that_is_open_is(chat):
    for judged, expected in (
        ([True, True], [True, True]),
        ([False, True], [False, False]),
        ([True, False], [True, False]),
    ):
        generator = Judging(chat.vocabulary, " one two three four", judged)
        session = TokenSession(chat, PROMPT, generator, context_length=100_000, seed=1)
        assert [(await session.draft(2)).judged for _ in judged] == expected
    generator = Judging(chat.vocabulary, " one two three four", [False, True])
    session = TokenSession(chat, PROMPT, generator, context_length=100_000, seed=1)
    await session.draft(2)
    session.roll_back()
    assert (await session.draft(2)).judged is True


async def test_the_end_goes_before_a_boundary(chat):
    generator = Judging(chat.vocabulary, " four</think>", [True])
    session = TokenSession(chat, PROMPT, generator, context_length=100_000, seed=1)
    draft = await session.draft(100)
    assert (draft.text, draft.stop, draft.judged) == (" four", DraftStop.END, True)
    generator = Judging(chat.vocabulary, " four", [True])
    session = TokenSession(chat, PROMPT, generator, context_length=100_000, seed=1)
    assert (await session.draft(100)).stop is DraftStop.BOUNDARY


async def test_the_text_that_ends_the_thinking_is_found_across_drafts(chat):
    session, _ = open_session(chat, " four</think> and more")
    seen = []
    for _ in range(30):
        draft = await session.draft(1)
        seen.append(draft)
        if draft.stop is DraftStop.END:
            break
    assert draft.text == " four"
    assert draft.ends[-1] == len(" four")
    # Whatever might be the mark's beginning was called undecided before.
    assert all(not d.text[: len(d.text) - d.undecided].endswith("<") for d in seen)
    assert seen[-2].undecided > 0


async def test_nothing_of_the_text_that_ends_the_thinking_gets_into_the_context():
    # The vocabulary joins the full stop and the mark's first signs in one token.
    tokenizer = deepcopy(tokenizers.gemma())
    tokenizer.add_tokens([AddedToken(".</", normalized=False)])
    chat = Chat(Vocabulary(tokenizer))
    session, _ = open_session(chat, " four.</think> and more")
    draft = await session.draft(100)
    assert (draft.text, draft.stop, draft.ends[-1]) == (" four.", DraftStop.END, len(" four."))
    kept = list(session.keep(draft.tokens_within(len(draft.text))))
    assert kept == chat.vocabulary.encode(" four.")


async def test_a_full_context_gives_an_empty_draft(chat):
    size = len(open_session(chat)[0].token_ids)
    session, speaker = open_session(chat, " one two three", context_length=size + 1)
    assert session.room == 1
    assert len((await session.draft(20)).token_ids) == 1
    assert len((await session.draft(20)).token_ids) == 1
    assert [asked[1] for asked in speaker.asked] == [1]


def test_a_prompt_longer_than_the_context_is_named(chat):
    with pytest.raises(ContextLengthError, match=r"prompt .* has \d+ tokens, the model's context 3"):
        open_session(chat, context_length=3)


async def test_the_answer_follows_the_familys_own_marks(chat):
    session, _ = open_session(chat, " four.")
    before = list(session.token_ids)
    session.keep(len((await session.draft(20)).token_ids))
    session.begin_answer()
    closing = list(chat.marks.closing)
    assert session.token_ids[-len(closing) :] == closing
    assert session.token_ids[: len(before)] == before


async def test_thinking_that_ends_in_a_line_break_gets_no_second_one():
    chat = FAMILIES["qwen3"]
    session, _ = open_session(chat, " four.\n")
    session.keep(len((await session.draft(20)).token_ids))
    before = len(session.token_ids)
    session.begin_answer()
    assert session.token_ids[before:] == [chat.vocabulary.control("</think>"), *chat.vocabulary.encode("\n\n")]


def test_seeds_differ_by_position_and_fit_63_bits():
    seeds = {draft_seed(7, position) for position in range(1000)}
    assert len(seeds) == 1000
    assert max(seeds) < 1 << 63


WORD = st.text(st.characters(categories=["L", "N", "P", "So"], exclude_characters="\u2581"), min_size=1, max_size=6)
STRETCH = st.lists(WORD, min_size=1, max_size=5).map(lambda words: "".join(f" {word}" for word in words))


@settings(max_examples=60)
@given(st.sampled_from(sorted(FAMILIES)), st.lists(st.tuples(st.booleans(), STRETCH), max_size=6))
async def test_contexts_say_the_text_and_nothing_is_lost(family, stretches):
    chat = FAMILIES[family]
    session, speaker = open_session(chat)
    start = len(session.token_ids)
    for own, text in stretches:
        if own:
            speaker.ids = chat.vocabulary.encode(text)
            session.keep(len((await session.draft(1_000)).token_ids))
        else:
            session.append(text)
    said = chat.vocabulary.texts(session.token_ids[:start], session.token_ids[start:])[0]
    # What own ids say may be normalised (NFC) by the tokenizer; foreign text goes the same way.
    assert said == chat.vocabulary.texts([], chat.vocabulary.encode("".join(text for _, text in stretches)))[0]


LATIN = st.text(st.sampled_from("abcdefghij"), min_size=1, max_size=6)
PLAIN = st.lists(LATIN, min_size=1, max_size=5).map(lambda words: "".join(f" {word}" for word in words))


@settings(max_examples=60)
@given(st.sampled_from(sorted(FAMILIES)), st.lists(st.tuples(st.booleans(), PLAIN), max_size=6))
async def test_at_word_bounds_the_context_is_the_tokenizers_own(family, stretches):
    chat = FAMILIES[family]
    session, speaker = open_session(chat)
    start = len(session.token_ids)
    whole = ""
    for own, text in stretches:
        if own:
            speaker.ids = chat.vocabulary.continuation("\n" + whole, text)[0]
            session.keep(len((await session.draft(1_000)).token_ids))
        else:
            session.append(text)
        whole += text
    assert session.token_ids[start:] == chat.vocabulary.continuation("\n", whole)[0]
    assert session.counters.seams == 0
