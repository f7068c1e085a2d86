import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.lexicon import LexiconDetector
from tessy.composition import Composition
from tessy.draft_length import FixedLength
from tessy.engines.base import Draft, DraftStop
from tessy.engines.scripted import ScriptedSession
from tessy.judge import Judge
from tessy.prompts import Prompt
from tessy.recipes import get_recipe
from tessy.settings import Limits
from tessy.trace import Role, StopReason, Unfinished

STYLE = LexiconDetector({"okay ,": 1.0, "wait ,": 1.0, "let me see .": 1.0, "hmm .": 1.0})
SCRIPT = "Okay, let me see. 3 + 4 = 7. Wait, 7 * 2 = 14. Hmm. 14</think>14"
PROMPT = Prompt.from_text("?")


def compose(student, teacher, *, recipe="tessy", limits=None, k=5, unfinished=None, sessions=None, keep_drafts=False):
    sessions = sessions or {Role.STUDENT: ScriptedSession(student), Role.TEACHER: ScriptedSession(teacher)}
    judges = {role: Judge(role, STYLE, FixedLength(k)) for role in Role} if recipe == "tessy" else {}
    composition = Composition(PROMPT, sessions, judges, get_recipe(recipe), limits or Limits(), keep_drafts=keep_drafts)
    if unfinished:
        composition.replay(unfinished)
    return composition, asyncio.run(composition.compose())


def spoken(trace):
    return [(segment.role.value, trace.text[segment.start : segment.end]) for segment in trace.segments]


@pytest.mark.parametrize("k", [1, 2, 5, 20, 100])
def test_each_writes_its_own_kind_whatever_the_draft_length(k):
    _, trace = compose(SCRIPT, SCRIPT, k=k)
    assert spoken(trace) == [
        ("student", "<think>\nOkay, let me see."),
        ("teacher", " 3 + 4 = 7."),
        ("student", " Wait,"),
        ("teacher", " 7 * 2 = 14."),
        ("student", " Hmm."),
        ("teacher", " 14"),
        ("student", "\n</think>\n\n14"),
    ]
    assert (trace.stop_reason, trace.hand_overs) == (StopReason.FINISHED, 5)


def test_each_goes_on_in_its_own_words():
    student = "Okay, ______________ Wait,</think>7"
    teacher = "_____ 3 + 4 is seven Hmm.</think>8"
    _, trace = compose(student, teacher)
    assert spoken(trace) == [
        ("student", "<think>\nOkay,"),
        ("teacher", " 3 + 4 is seven"),
        ("student", " Wait,\n</think>\n\n7"),
    ]


def test_a_forced_word_inside_a_longer_token_still_lets_the_trace_grow():
    # To both "Hmm." is one token, and the word "Hmm" alone cannot be cut out of it.
    _, trace = compose("3</think>7", "Hmm. Hmm. Hmm.</think>8", limits=Limits(hand_overs=50))
    assert trace.stop_reason is StopReason.FINISHED


def test_when_nobody_has_their_own_kind_the_teacher_keeps_a_word():
    # The student would only calculate, the teacher only chat: still the trace grows to its end.
    _, trace = compose("3 + 4 = 7 and 8</think>7", "Wait, hmm. Wait, hmm. Wait, hmm.</think>9", k=4)
    assert trace.stop_reason is StopReason.FINISHED
    assert trace.thinking.startswith("Wait")
    assert trace.answer == "7"


@pytest.mark.parametrize(
    ("recipe", "wrote", "answer"),
    [
        ("teacher-only", {"teacher"}, "T"),
        ("student-only", {"student"}, "S"),
        ("teacher-think", {"teacher", "student"}, "S"),
        ("teacher-answer", {"teacher", "student"}, "T"),
    ],
)
def test_baselines(recipe, wrote, answer):
    _, trace = compose("Okay, 1 + 1</think>S", "We need 1 + 1</think>T", recipe=recipe)
    assert ({role for role, _ in spoken(trace)}, trace.answer) == (wrote, answer)


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(thinking_tokens=6), StopReason.THINKING_LIMIT),
        (Limits(hand_overs=2), StopReason.HAND_OVER_LIMIT),
        (Limits(seconds=1e-9), StopReason.TIME_LIMIT),
        (Limits(answer_tokens=2), StopReason.ANSWER_LIMIT),
    ],
)
def test_limits_end_a_trace_with_their_reason(limits, reason):
    script = SCRIPT.replace("</think>14", "</think>It is 14 , I say .")
    _, trace = compose(script, script, limits=limits)
    assert trace.stop_reason is reason
    assert trace.text.startswith("<think>\n")
    assert sum(trace.tokens.values()) <= 6 or reason is not StopReason.THINKING_LIMIT


def test_a_model_that_repeats_itself_is_stopped():
    loop = "Okay, " + "so 3 + 4 is 7 and " * 200 + "</think>7"
    _, trace = compose(loop, loop)
    assert trace.stop_reason is StopReason.REPETITION
    assert len(trace.text) < len(loop)


def test_a_full_context_ends_the_trace():
    class Full(ScriptedSession):
        @property
        def room(self):
            return max(0, 3 - self._position)

    _, trace = compose("", "", sessions={role: Full(SCRIPT) for role in Role})
    assert trace.stop_reason is StopReason.CONTEXT_LIMIT


@given(st.integers(0, 40), st.integers(1, 6))
def test_a_trace_taken_up_anywhere_becomes_the_same(tokens, k):
    first, whole = compose(SCRIPT, SCRIPT, k=k)
    cut, _ = compose(SCRIPT, SCRIPT, k=k, limits=Limits(thinking_tokens=max(1, tokens)))
    start, unfinished = cut.unsaved()
    assert start == 0
    again, trace = compose(SCRIPT, SCRIPT, k=k, unfinished=unfinished)
    assert trace.text == whole.text
    assert trace.segments == whole.segments
    assert first.tokens == again.tokens


def test_thrown_drafts_are_kept_when_asked_for():
    _, trace = compose(SCRIPT, SCRIPT, k=5, keep_drafts=True)
    assert [(draft.role.value, trace.text[: draft.position].split()[-1]) for draft in trace.thrown] == [
        ("student", "see."), ("teacher", "7."), ("student", "Wait,"), ("teacher", "14."), ("student", "Hmm."),
    ]  # fmt: skip
    assert trace.thrown[0].text == " 3 + 4 = 7. Wait,"
    assert compose(SCRIPT, SCRIPT)[1].thrown is None


@settings(deadline=None)
@given(st.integers(0, 40), st.integers(1, 9))
def test_thrown_drafts_stand_where_they_would_have_gone_on(tokens, k):
    cut, before = compose(SCRIPT, SCRIPT, k=k, limits=Limits(thinking_tokens=max(1, tokens)), keep_drafts=True)
    _, unfinished = cut.unsaved()
    assert unfinished.thrown == before.thrown
    _, trace = compose(SCRIPT, SCRIPT, k=k, unfinished=unfinished, keep_drafts=True)
    assert trace.thrown[: len(before.thrown)] == before.thrown
    # Both say the same, so what one threw away is what the other then wrote.
    written = "<think>\n" + SCRIPT
    assert [draft for draft in trace.thrown if not written.startswith(draft.text, draft.position)] == []
    assert len(trace.thrown) <= trace.hand_overs


def test_unsaved_gives_each_piece_once():
    composition, _ = compose(SCRIPT, SCRIPT)
    start, unfinished = composition.unsaved()
    assert (start, "".join(piece.text for piece in unfinished.pieces)) == (0, SCRIPT.partition("</think>")[0])
    assert unfinished.ended
    assert composition.unsaved() == (len(unfinished.pieces), Unfinished(composition.role, True, ()))


STYLE_WORDS = st.sampled_from(["Okay,", "Wait,", "Hmm.", "let me see."])
PLAIN_WORDS = st.sampled_from(["3", "+", "seven", "=", "x_1", "(a)", "é", "数"])


@given(st.lists(st.one_of(STYLE_WORDS, PLAIN_WORDS), min_size=1, max_size=25), st.integers(1, 9))
def test_one_script_for_both_comes_back_whole(parts, k):
    script = " ".join(parts)
    _, trace = compose(script + "</think>1", script + "</think>1", k=k)
    assert trace.stop_reason is StopReason.FINISHED
    assert trace.text == f"<think>\n{script}\n</think>\n\n1"
    position = 0
    for segment in trace.segments:
        assert segment.start == position
        position = segment.end
    assert position == len(trace.text)


class Narrow(ScriptedSession):
    """A scripted session in a context of so many tokens, as full as a draft makes it."""

    def __init__(self, script, tokens):
        super().__init__(script)
        self._free = tokens

    @property
    def room(self):
        return self._free

    async def draft(self, max_tokens, stop=None):
        self.drafts = getattr(self, "drafts", 0) + 1
        assert self.drafts < 1_000, "a trace that never ends"
        return await super().draft(max(0, min(max_tokens, self._free - len(self._open))))

    def keep(self, tokens):
        self._free -= tokens
        return super().keep(tokens)


class Mute(Narrow):
    """Drafts tokens that say nothing, such as the first byte of a character, or a control token."""

    async def draft(self, max_tokens, stop=None):
        draft = await super().draft(max_tokens)
        if not draft.token_ids:
            return draft
        return Draft(draft.token_ids, "", [0] * len(draft.ends), DraftStop.LENGTH)


@pytest.mark.parametrize("recipe", ["tessy", "student-only"])
@pytest.mark.parametrize("kind", [Narrow, Mute])
def test_a_context_that_fills_up_before_a_word_is_decided_ends_the_trace(kind, recipe):
    _, trace = compose("", "", recipe=recipe, sessions={role: kind("Okay, wait " * 90, 7) for role in Role})
    assert trace.stop_reason is StopReason.CONTEXT_LIMIT


@pytest.mark.parametrize("limits", [Limits(), Limits(answer_tokens=5)])
def test_an_answer_that_says_nothing_ends(limits):
    mute = Mute("</think>" + "word " * 2_000, 1_500)
    _, trace = compose("", "", recipe="student-only", sessions={Role.STUDENT: mute}, limits=limits)
    assert trace.stop_reason is (StopReason.CONTEXT_LIMIT if limits == Limits() else StopReason.ANSWER_LIMIT)
    assert trace.text == "<think>\n</think>\n\n"


def test_a_long_draft_leaves_its_last_word_undecided():
    class Halves(ScriptedSession):
        """Says every word in tokens of one character, and stops where it is asked to."""

        async def draft(self, max_tokens, stop=None):
            size, start, text = len(self._open) + max_tokens, self._position, self._script.text
            said = text[start : start + size]
            self._open, self._ends = [0] * len(said), [start + end for end in range(1, len(said) + 1)]
            stop = DraftStop.END if start + size >= len(text) else DraftStop.LENGTH
            return Draft(tuple(self._open), said, range(1, len(said) + 1), stop)

    # The 80th character stands in the middle of "Wait,": half of it would be the teacher's.
    script = "1" * 77 + " Wait, 2"
    _, trace = compose("", "", k=80, sessions={role: Halves(script) for role in Role})
    assert ("student", " Wait,") in spoken(trace)


@pytest.mark.parametrize("part", ["thinking", "answer"])
def test_a_model_that_does_not_answer_is_not_waited_for(part):
    class Hanging(ScriptedSession):
        async def draft(self, max_tokens, stop=None):
            if part == "thinking" or self._script == self._answer:
                await asyncio.sleep(60)
            return await super().draft(max_tokens)

    sessions = {Role.STUDENT: Hanging("Okay,</think>7"), Role.TEACHER: ScriptedSession("")}
    _, trace = compose("", "", sessions=sessions, limits=Limits(seconds=0.05))
    assert trace.stop_reason is StopReason.TIME_LIMIT
    assert trace.text == {"thinking": "<think>\n", "answer": "<think>\nOkay,\n</think>\n\n"}[part]


def test_thinking_cut_by_its_limit_is_not_finished():
    # The lexicon wants to see more words before it decides, so that the open draft outgrows the limit.
    _, trace = compose("Okay, let me see. Wait,</think>7", "1", k=3, limits=Limits(thinking_tokens=4))
    assert trace.stop_reason is StopReason.THINKING_LIMIT
    assert trace.answer == ""
