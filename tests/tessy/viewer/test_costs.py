from tessy.counters import Counters
from tessy.viewer.costs import cost_rows


def test_every_counter_of_a_row_has_a_line_but_the_histogram():
    counters = Counters(requests=1234, waiting=0.25)
    counters.add_span(3)
    found = cost_rows({"student": counters.as_row(), "teacher": {"requests": 2}})
    assert len(found) == len(counters.as_row()) - 1
    assert ["requests", "1,234", "2"] in found
    assert ["seconds of waiting", "0.25", ""] in found
    assert all(name not in counters.as_row() or "_" not in name for name, *_ in found)


def test_unknown_counters_keep_their_name_and_no_totals_are_no_lines():
    assert cost_rows({"teacher": {"novel": 3, "text": "x"}}) == [["novel", "", "3"]]
    assert cost_rows({}) == []
