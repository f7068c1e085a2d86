import numpy as np
import pytest

from analysis.measures.between import between, between_terms
from analysis.measures.g2 import g2
from analysis.measures.jensen_shannon import jensen_shannon
from analysis.measures.noise_floor import noise_floor
from tests.analysis.measures.tables import table


def drawn(shares, seed, questions=30):
    random = np.random.default_rng(seed)
    rows = random.multinomial(200, shares, size=questions)
    return table({f"{q:02}": dict(zip("abcd", row.tolist(), strict=True)) for q, row in enumerate(rows)})


def test_one_writer_is_at_the_floor_and_another_above():
    one, same, other = drawn([0.4, 0.3, 0.2, 0.1], 1), drawn([0.4, 0.3, 0.2, 0.1], 2), drawn([0.1, 0.2, 0.3, 0.4], 3)
    floor = noise_floor(jensen_shannon, one)
    assert between(jensen_shannon, one, same).value <= floor.high
    apart = between(jensen_shannon, one, other)
    assert apart.low > floor.high
    assert apart.low < apart.value < apart.high


def test_the_floor_is_the_same_with_the_same_seed():
    one = drawn([0.25] * 4, 1)
    assert noise_floor(jensen_shannon, one, seed=2) == noise_floor(jensen_shannon, one, seed=2)


def test_terms_have_intervals_in_the_order_asked():
    one, other = drawn([0.4, 0.3, 0.2, 0.1], 1), drawn([0.1, 0.3, 0.2, 0.4], 3)
    found = between_terms(g2, one, other, ["d", "a"], replicates=200)
    assert list(found) == ["d", "a"]
    assert found["d"].value == pytest.approx(g2(one.totals(), other.totals())[3])
    with pytest.raises(ValueError, match="neither corpus has the term 'z'"):
        between_terms(g2, one, other, ["z"])


def test_too_few_questions_are_refused():
    with pytest.raises(ValueError, match="at least two questions"):
        noise_floor(jensen_shannon, table({"1": {"a": 1}}))
    with pytest.raises(ValueError, match="share no question"):
        between(jensen_shannon, table({"1": {"a": 1}}), table({"2": {"a": 1}}))
