"""The lock-step loop: what it keeps of a draft, against a server that is played."""

import json
from itertools import pairwise

import httpx
import pytest

from benchmarks.interleaving.lockstep import CutAt, Lockstep, Sample, judge
from detectors.lexicon import LexiconDetector
from tessy.miniature import student_path
from tessy.trace import Role
from tessy.vocabulary import Vocabulary

DETECTOR = LexiconDetector({"okay ,": 1.0, "so": 1.0, ".": 1.0}, causal=True)
RENDERED = {Role.STUDENT: "<s>", Role.TEACHER: "<t>"}


def sample(role=Role.TEACHER, text="", **others):
    return Sample("0", RENDERED, role=role, text=text, **others)


@pytest.mark.parametrize(
    ("role", "draft", "before", "after"),
    [
        (Role.TEACHER, "3 + 4 = 7 . Next", ("3 + 4 = 7", True), ("3 + 4 = 7 .", True)),
        (Role.STUDENT, "Okay, so 3 + 4", ("Okay, so", True), ("Okay, so 3", True)),
        (Role.STUDENT, "Okay, so th", ("Okay, so", False), ("Okay, so th", False)),
        (Role.TEACHER, "antidis", ("antidis", False), ("antidis", False)),
        (Role.TEACHER, " so what", ("", True), (" so", True)),
    ],
)
def test_drafts_are_cut_before_or_after_the_first_word_of_the_other_kind(role, draft, before, after):
    assert judge(sample(role), draft, DETECTOR, CutAt.BEFORE) == before
    assert judge(sample(role), draft, DETECTOR, CutAt.AFTER) == after


def test_a_word_that_was_kept_half_is_judged_with_its_beginning():
    assert judge(sample(Role.TEACHER, text="7 s"), "o 8 ", DETECTOR, CutAt.AFTER) == ("o", True)


def test_the_trace_grows_when_neither_has_anything_of_its_own_to_say():
    stuck = sample(Role.STUDENT)
    stuck.hand_over()
    assert judge(stuck, "so 3 .", DETECTOR, CutAt.BEFORE) == ("so 3", True)


class PlayedServer(httpx.AsyncBaseTransport):
    """Answers with the next words of a text that goes round and round, and remembers what it was asked."""

    def __init__(self, text):
        self.words = text.split()
        self.bodies = []

    async def handle_async_request(self, request):
        body = json.loads(await request.aread())
        self.bodies.append(body)
        said = len(body["prompt"].split())
        words = [self.words[(said + index) % len(self.words)] for index in range(body["max_tokens"])]
        return httpx.Response(200, json={"choices": [{"text": " " + " ".join(words), "finish_reason": "length"}]})


@pytest.mark.parametrize("cut_at", CutAt)
async def test_all_samples_draft_in_every_round_and_reach_the_length(cut_at):
    server = PlayedServer("so 3 + 4 = 7 .")
    vocabulary = Vocabulary.load(str(student_path()))
    samples = [Sample(str(number), RENDERED) for number in range(3)]
    async with httpx.AsyncClient(transport=server) as client:
        loop = Lockstep(
            client,
            dict.fromkeys(Role, "http://played"),
            dict.fromkeys(Role, vocabulary),
            DETECTOR,
            {Role.STUDENT: 5, Role.TEACHER: 10},
            cut_at=cut_at,
            tokens=40,
        )
        await loop.run(samples)
    first = server.bodies[:3]
    assert [body["max_tokens"] for body in first] == [5, 5, 5]
    assert {body["model"] for body in server.bodies} == {"student", "teacher"}
    for done in samples:
        written = done.written()
        assert sum(written.kept.values()) >= 40
        assert written.text == done.text
        assert written.hand_overs > 2
        roles = [role for role, _ in written.stretches]
        assert all(role is not other for role, other in pairwise(roles))
