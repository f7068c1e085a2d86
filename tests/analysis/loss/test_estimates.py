import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.loss.estimates import corpus_loss, loss_difference
from analysis.loss.sums import Sums, TraceSums


def trace(question, **parts):
    return TraceSums("", question, {name: Sums(*sums) for name, sums in parts.items()})


ROWS = [
    trace("a", style=(2, 10, 1.0, 4), capability=(8, 30, 16.0, 40)),
    trace("a", style=(3, 9, 2.0, 3), capability=(2, 11, 3.0, 9)),
    trace("b", style=(0, 0, 0.0, 0), capability=(5, 20, 5.0, 7)),
    trace("c", style=(0, 0, 0.0, 0), capability=(0, 0, 0.0, 0)),
]


def test_the_numbers_are_those_computed_by_hand():
    loss = corpus_loss(ROWS, replicates=50)
    assert (loss.traces, loss.questions, list(loss.parts)) == (4, 3, ["all", "style", "capability"])
    whole, style = loss.parts["all"], loss.parts["style"]
    assert (whole.tokens, whole.characters, style.tokens, style.characters) == (20, 80, 5, 19)
    assert whole.nats_per_token.value == pytest.approx(27 / 20)
    assert whole.perplexity.value == pytest.approx(math.exp(27 / 20))
    assert whole.bits_per_character.value == pytest.approx(27 / math.log(2) / 80)
    assert (whole.token_share.value, whole.nats_share.value) == (1, 1)
    assert style.nats_per_token.value == pytest.approx(3 / 5)
    assert style.token_share.value == pytest.approx(5 / 20)
    assert style.nats_share.value == pytest.approx(3 / 27)


def test_the_rank_surprisal_ratio_is_of_means_over_traces():
    loss = corpus_loss(ROWS, replicates=10)
    ranks, nats = (44 / 10 + 12 / 5 + 7 / 5) / 3, (17 / 10 + 5 / 5 + 5 / 5) / 3
    assert loss.parts["all"].rank_surprisal_ratio.value == pytest.approx(ranks / nats)
    # Traces without style do not count.
    assert loss.parts["style"].rank_surprisal_ratio.value == pytest.approx((4 / 2 + 3 / 3) / (1 / 2 + 2 / 3))
    [single] = [row for row in ROWS if row.question == "b"]
    own = corpus_loss([single], replicates=10).parts["all"]
    assert own.rank_surprisal_ratio.value == pytest.approx(7 / 5.0)
    assert own.nats_per_token.low == own.nats_per_token.high == own.nats_per_token.value


def test_the_interval_is_of_questions():
    # Two traces on each question say the same: as many questions as before, and no narrower interval.
    random = np.random.default_rng(0)
    once = [trace(str(n), thinking=(10, 40, float(random.gamma(2)), 20)) for n in range(60)]
    single, double = (corpus_loss(rows).parts["all"].nats_per_token for rows in (once, once * 2))
    assert single == double
    values = np.array([row.total.nats / 10 for row in once])
    deviation = values.std() / math.sqrt(len(values))
    assert single.high - single.low == pytest.approx(2 * 1.96 * deviation, rel=0.15)


def test_without_a_detector_there_is_one_part():
    assert list(corpus_loss([trace("a", thinking=(1, 1, 1.0, 1))]).parts) == ["all"]


def test_a_part_without_tokens_is_left_out_and_nothing_undefined_is_written():
    loss = corpus_loss([trace("a", style=(0, 0, 0.0, 0), capability=(3, 0, 0.0, 3))])
    assert list(loss.parts) == ["all", "capability"]
    found = loss.as_dict()["parts"]["all"]
    assert found["bits_per_character"] == {"value": None, "low": None, "high": None}
    assert found["nats_per_token"] == {"value": 0, "low": 0, "high": 0}


@pytest.mark.parametrize("rows", [[], [trace("a", thinking=(0, 0, 0.0, 0))]])
def test_no_tokens_is_a_value_error(rows):
    with pytest.raises(ValueError, match=r"no tokens"):
        corpus_loss(rows)


def test_split_and_whole_traces_cannot_be_mixed():
    with pytest.raises(ValueError, match=r"cannot be mixed"):
        corpus_loss([trace("a", thinking=(1, 1, 1.0, 1)), ROWS[0]])


def test_a_difference_is_of_the_questions_both_have():
    others = [
        trace("b", style=(2, 2, 1.0, 2), capability=(2, 2, 2.0, 2)),
        trace("x", style=(1, 1, 9.0, 1), capability=(1, 1, 9.0, 1)),
    ]
    found = loss_difference(others, ROWS)
    assert found["all"].value == pytest.approx(3 / 4 - 5 / 5)
    # No question that both have holds style of both.
    assert found.keys() == {"all", "capability"}
    assert loss_difference(others[1:], ROWS) == {}
    assert loss_difference(others, ROWS)["all"].value == -loss_difference(ROWS, others)["all"].value


def test_a_difference_is_paired():
    random = np.random.default_rng(1)
    hard = random.gamma(2, size=80)
    first = [trace(str(n), thinking=(10, 40, 10 * h, 20)) for n, h in enumerate(hard)]
    second = [trace(str(n), thinking=(10, 40, 10 * h + 1, 20)) for n, h in enumerate(hard)]
    found = loss_difference(first, second)["all"]
    assert found.value == pytest.approx(-0.1)
    assert found.high - found.low < 1e-9
    assert (
        corpus_loss(first).parts["all"].nats_per_token.high - corpus_loss(first).parts["all"].nats_per_token.low > 0.3
    )


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 9), st.floats(0, 50), st.integers(1, 900)), min_size=1)
)
def test_parts_add_up_to_the_whole_and_order_does_not_matter(rows):
    traces = [trace(q, style=(n, n, nats, rank), capability=(1, 3, 1.0, 2)) for q, n, nats, rank in rows]
    loss, turned = corpus_loss(traces, replicates=5), corpus_loss(traces[::-1], replicates=5)
    for name in ("token_share", "nats_share"):
        assert sum(getattr(loss.parts[part], name).value for part in ("style", "capability")) == pytest.approx(1)
    for part, found in loss.parts.items():
        assert found.nats_per_token.value == pytest.approx(turned.parts[part].nats_per_token.value)
        assert found.nats_per_token.low <= found.nats_per_token.high


def test_a_difference_names_every_part_but_the_one_that_is_all():
    thinking = [trace("a", thinking=(2, 10, 1.0, 4)), trace("b", thinking=(2, 10, 3.0, 4))]
    assert set(loss_difference(thinking, thinking, replicates=5)) == {"all"}
    both = [trace("a", thinking=(2, 10, 1.0, 4), answer=(1, 4, 2.0, 3))]
    assert set(loss_difference(both, both, replicates=5)) == {"all", "thinking", "answer"}
