from analysis.induction.clauses import LONGEST, Reading


def test_places_are_named_as_in_the_lexicon():
    reading = Reading.of("So 3, then\n4")
    assert [reading.place(index) for index in range(len(reading.spelled))] == ["^.", "", "", "^,", "^."]


def test_the_rest_ends_with_the_line():
    reading = Reading.of("a b\nc d")
    assert list(reading.rest(1)) == ["b"]
    assert list(reading.rest(2)) == ["c", "d"]
    assert len(Reading.of("a " * 50).rest(0)) == LONGEST


def test_what_stands_in_quotation_marks_is_quoted_on_its_line_only():
    reading = Reading.of('a "b c" d\n" e\nf " g „h“')
    assert [reading.spelled[index] for index in sorted(reading.quoted)] == ['"', "b", "c", '"', '"', "g", "„"]


def test_no_words_at_all():
    assert Reading.of(" \n").spelled == []
