import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.plots.lettering import fitted, short_number, text_width, visible, widest_form


@given(st.text("abcW-/_ .$", min_size=1, max_size=60), st.integers(20, 200), st.integers(1, 3))
def test_a_name_fits_whatever_it_is(name, points, lines):
    found = fitted(name, points, lines=lines).split("\n")
    assert len(found) <= lines
    assert all(text_width(line) <= points or line == "…" for line in found)


@given(st.text("abc-/_.$", min_size=1, max_size=12))
def test_a_name_that_has_room_stays_as_it_is(name):
    assert fitted(name, 1000) == name


@pytest.mark.parametrize(
    ("name", "points", "lines", "expected"),
    [
        ("gpt-oss-120b", 100, 1, "gpt-oss-120b"),
        ("gpt-oss-120b", 40, 1, "gpt-…120b"),
        ("gpt-oss-120b", 40, 2, "gpt-oss-\n120b"),
        ("two\nlines", 100, 1, "two lines"),
    ],
)
def test_names_are_broken_at_signs_and_lose_their_middle(name, points, lines, expected):
    assert fitted(name, points, lines=lines) == expected


def test_letters_are_as_wide_as_they_are_printed():
    assert text_width("mm", 7) == pytest.approx(2 * text_width("m", 7))
    assert text_width("m", 14) == pytest.approx(2 * text_width("m", 7), rel=0.05)
    assert text_width("$x$") > text_width("x")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(0.1234, "0.123"), (1.234, "1.23"), (12.34, "12.3"), (1234.5, "1,234"), (-56.0, "-56.0"), (float("nan"), "–")],
)
def test_numbers_have_three_digits_that_count(value, expected):
    assert short_number(value) == expected


def test_a_sign_stands_in_quotation_marks():
    assert visible(";") == "“;”"
    assert visible("so ,") == "so ,"


def test_the_longest_way_to_write_that_fits_is_taken():
    forms = [lambda value: f"{value:.5f}", lambda value: f"{value:.1f}"]
    assert widest_form([1.0], forms, 100, 7) is forms[0]
    assert widest_form([1.0], forms, 15, 7) is forms[1]
    assert widest_form([1.0], forms, 5, 7) is None
