import json

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tessy.engines.encoded_ids import EncodedIds

some_ids = st.lists(st.integers(0, 300_000), max_size=12)


class AContextThatGrowsAndIsCutBack(RuleBasedStateMachine):
    """What a session does to its ids between two requests, in any order."""

    def __init__(self):
        super().__init__()
        self.encoded = EncodedIds()
        self.ids = [7]
        self.unchanged = 0

    @rule(new=some_ids)
    def grow(self, new):
        self.ids += new

    @rule(data=st.data(), new=some_ids)
    def replace_the_end(self, data, new):
        start = data.draw(st.integers(1, len(self.ids)))
        self.unchanged = min(self.unchanged, start)
        self.ids[start:] = new

    @rule()
    def send(self):
        assert json.loads(b"[%b]" % self.encoded.update(self.ids, self.unchanged)) == self.ids
        self.unchanged = len(self.ids)

    @invariant()
    def is_never_empty(self):
        assert self.ids


TestContexts = AContextThatGrowsAndIsCutBack.TestCase


def test_a_context_that_shrank_is_cut():
    encoded = EncodedIds()
    encoded.update([10, 200, 3000], 0)
    assert encoded.update([10, 200], 3) == b"10,200"
    assert encoded.update([5], 0) == b"5"
