from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.lexicon import LexiconDetector
from tessy.draft_length import FixedLength
from tessy.engines.base import Draft, DraftStop
from tessy.judge import Judge
from tessy.miniature import student_path
from tessy.trace import Role
from tessy.vocabulary import Vocabulary
from tessy.watch import BoundaryFinder

VOCABULARY = Vocabulary.load(str(student_path()))
DETECTOR = LexiconDetector(dict.fromkeys(("okay", "wait", "let me"), 1.0), causal=True)
FINDER = BoundaryFinder.compile(DETECTOR, VOCABULARY)
WAYS = pytest.mark.parametrize("finder", [FINDER, None], ids=["tokens", "text"])


def judge(role, finder=FINDER, *, stops_inside=False):
    return Judge(role, DETECTOR, FixedLength(20), finder, stops_inside)


def draft(text):
    ids = VOCABULARY.encode(text)
    said, ends = VOCABULARY.texts([], ids)
    return Draft(ids, said, ends, DraftStop.LENGTH)


async def kept(judge, text, before="", *, forced=False, finished=False):
    proposed = draft(text)
    cut = await judge.cut(proposed, before, forced=forced, finished=finished)
    return VOCABULARY.texts([], proposed.token_ids[: cut.tokens])[0], cut.hand_over


@WAYS
@pytest.mark.parametrize(
    ("role", "text", "answer"),
    [
        (Role.TEACHER, "it is 7. wait, no", ("it is 7.", True)),
        (Role.TEACHER, "wait, no", ("", True)),
        (Role.STUDENT, "okay wait 3 + 4", ("okay wait", True)),
        (Role.STUDENT, "7 is right", ("", True)),
    ],
)
async def test_a_draft_is_kept_up_to_the_first_of_the_other_kind(finder, role, text, answer):
    said, hand_over = await kept(judge(role, finder), text)
    # Where blanks are tokens of their own, the two ways may leave them on either side.
    assert (said.rstrip(), hand_over) == answer


@WAYS
async def test_a_last_word_that_may_still_grow_stays_open(finder):
    assert (await kept(judge(Role.TEACHER, finder), "it is 7. wa"))[1] is False
    assert (await kept(judge(Role.STUDENT, finder), "okay wa")) in [("okay", False), ("okay ", False)]


@WAYS
async def test_nothing_stays_open_where_nothing_can_follow(finder):
    assert await kept(judge(Role.TEACHER, finder), "it is 7. wa", finished=True) == ("it is 7. wa", False)
    said, hand_over = await kept(judge(Role.STUDENT, finder), "okay wa", finished=True)
    assert (said.rstrip(), hand_over) == ("okay", True)


@WAYS
async def test_a_forced_word_is_kept_whatever_it_is(finder):
    said, hand_over = await kept(judge(Role.TEACHER, finder), "wait, it is okay then", forced=True)
    assert (said.rstrip(), hand_over) == ("wait, it is", True)


async def test_words_before_the_draft_are_read():
    student = judge(Role.STUDENT)
    assert await kept(student, " me 7", before="let") == (" me", True)
    assert (await kept(student, " me 7", before="give"))[0] == ""


@pytest.mark.parametrize(("finder", "inside"), [(None, True), (FINDER, False), (None, False)])
def test_an_engine_that_cannot_stop_gets_no_rule(finder, inside):
    assert judge(Role.STUDENT, finder, stops_inside=inside).rule("then", forced=False) is None


@pytest.mark.parametrize("forced", [True, False])
@pytest.mark.parametrize("role", list(Role))
def test_the_rule_is_what_the_finder_watches_with(role, forced):
    rule = judge(role, stops_inside=True).rule("then", forced=forced)
    assert (rule.detector, rule.before) == (FINDER.fingerprint, "then")
    assert (rule.writes_style, rule.first_word_is_own) == (role is Role.STUDENT, forced)
    assert rule.open_ids == ()


@pytest.mark.parametrize(
    ("stop", "undecided", "finished", "kept_text"),
    [
        (DraftStop.BOUNDARY, 0, False, "wait 7 </"),
        (DraftStop.LENGTH, 2, False, "wait 7"),
        (DraftStop.LENGTH, 2, True, "wait 7 </"),
        (DraftStop.END, 0, True, "wait 7 </"),
    ],
)
async def test_a_judged_draft_is_trusted(stop, undecided, finished, kept_text):
    proposed = replace(draft("wait 7 </"), stop=stop, undecided=undecided, judged=True)
    for role in Role:
        teller = Judge(role, DETECTOR, FixedLength(20), foresees=lambda: "0" * 16)
        cut = await teller.cut(proposed, "so", forced=False, finished=finished)
        assert VOCABULARY.texts([], proposed.token_ids[: cut.tokens])[0].rstrip() == kept_text
        assert cut.hand_over is (stop is DraftStop.BOUNDARY)


async def test_a_draft_that_nobody_judged_is_judged_here():
    teller = Judge(Role.TEACHER, DETECTOR, FixedLength(20), foresees=lambda: "0" * 16)
    cut = await teller.cut(draft("7 is. wait, no"), "", forced=False, finished=False)
    assert cut.hand_over


def test_an_engine_with_foresight_is_told_the_last_words():
    rule = Judge(Role.STUDENT, DETECTOR, FixedLength(20), foresees=lambda: "0" * 16).rule("so " * 1000, forced=True)
    assert (rule.detector, rule.before) == ("0" * 16, ("so " * 1000)[-256:])
    assert (rule.writes_style, rule.first_word_is_own) == (True, True)


WORDS = ("okay", "wait", "let", "me", "3", "7", "is", "+", "so", "that", "waiting", "Wait")


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), st.sampled_from(Role), st.booleans())
async def test_what_was_kept_of_a_shorter_draft_is_kept_of_a_longer_one(text, role, forced):
    """The rule is a token's: how much of a draft is there when it is judged changes nothing."""
    proposed = draft(text)
    whole = await judge(role).cut(proposed, "", forced=forced, finished=False)
    for count in range(len(proposed.token_ids)):
        shorter = Draft(proposed.token_ids[:count], proposed.text, proposed.ends[:count], DraftStop.LENGTH)
        cut = await judge(role).cut(shorter, "", forced=forced, finished=False)
        assert cut == whole if cut.hand_over else cut.tokens <= whole.tokens
