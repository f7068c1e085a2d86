from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from tessy.engines.block_layout import BlockLayout, block_groups

SIZES = st.sampled_from((8, 16, 32))


def test_groups_are_read_from_specifications_of_one_or_of_each_layer():
    full, window = SimpleNamespace(block_size=16), SimpleNamespace(block_size=32, sliding_window=128)
    each = SimpleNamespace(block_size=32, first_spec=window)
    groups = [SimpleNamespace(kv_cache_spec=spec) for spec in (full, window, each)]
    assert block_groups(SimpleNamespace(kv_cache_groups=groups)) == [(16, 0), (32, 128), (32, 128)]


def test_blocks_are_counted_up_and_by_group():
    plain = BlockLayout(10, [(16, 0)], 2048)
    assert [plain.needed(tokens) for tokens in (1, 16, 17, 160)] == [1, 1, 2, 10]
    windowed = BlockLayout(10, [(16, 0), (16, 32)], 64)
    assert [windowed.needed(tokens) for tokens in (16, 96, 1600)] == [2, 12, 106]


@given(st.lists(st.tuples(SIZES, st.sampled_from((0, 16, 33, 128))), min_size=1), st.integers(1, 400), st.data())
def test_what_is_overwritten_is_no_whole_block_and_what_is_looked_back_to_is_there(groups, held, data):
    keep = data.draw(st.integers(0, held))
    for size, window in groups:
        whole = held // size
        # vLLM frees the blocks all of whose tokens no later token looks back to.
        freed = {block for block in range(whole) if window and (block + 1) * size <= held - window + 1}
        looked_back_to = {place // size for place in range(max(keep - window + 1, 0) if window else 0, keep)}
        if not keep or keep < whole * size or looked_back_to & freed:
            assert not BlockLayout(10, groups, 64).may_shorten(held, keep)
            return
    # It may refuse a little more than it must, where the window moves over a bound in between.
    if all(not window or held <= window for _, window in groups):
        assert BlockLayout(10, groups, 64).may_shorten(held, keep)


def test_a_context_goes_on_from_all_it_holds_and_from_nothing_it_never_held():
    layout = BlockLayout(10, [(16, 0), (16, 32)], 64)
    assert layout.may_shorten(70, 70)
    assert layout.may_shorten(70, 66)
    assert not layout.may_shorten(70, 63)
    assert not layout.may_shorten(70, 71)
    assert not layout.may_shorten(70, 0)
