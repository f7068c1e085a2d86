from hypothesis import given
from hypothesis import strategies as st

from tessy.viewer.blocks import Mark, Part, blocks

TEXTS = st.text("ab \n", max_size=60).flatmap(lambda text: st.integers(1, 400).map(lambda times: text * times))
PARTS = st.lists(st.builds(Part, st.sampled_from(["student", "teacher"]), TEXTS, st.sampled_from(Mark)), max_size=8)


def together(parts):
    """Join neighbours that a cut parted."""
    found = []
    for role, text, mark in parts:
        if found and mark is Mark.KEPT and found[-1][0] == role and found[-1][2] is not Mark.THROWN:
            found[-1][1] += text
        elif text:
            found.append([role, text, mark])
    return found


@given(PARTS)
def test_blocks_hold_all_parts_in_order(parts):
    cut = blocks(parts)
    assert together(part for block in cut for part in block) == together(parts)
    assert all(block and all(part.text for part in block) for block in cut)


@given(PARTS)
def test_a_block_ends_where_a_line_does_unless_the_line_is_very_long(parts):
    for block in blocks(parts)[:-1]:
        kept = "".join(part.text for part in block if part.mark is not Mark.THROWN)
        assert kept.endswith("\n") or (len(kept) > 20_000 and kept.endswith(" "))


def test_a_long_text_becomes_many_blocks():
    cut = blocks([Part("student", "a line of text\n" * 2_000)])
    assert len(cut) == 15
    assert all(len(block) == 1 and 2_000 < len(block[0].text) < 2_020 for block in cut[:-1])
