from math import isnan

from analysis.report.comparison import compare_corpora


def test_who_writes_alike_is_nearer_in_every_measure(compared):
    _, found = compared
    for name, values in found.to_student.items():
        if name.endswith("capability"):
            continue
        near, far = values["near"].value, values["teacher"].value
        assert (near > far) if name.startswith("tfidf") else (near < far), name


def test_intervals_hold_their_numbers(compared):
    _, found = compared
    numbers = [one for values in (*found.to_student.values(), *found.own.values()) for one in values.values()]
    assert len(numbers) > 40
    assert all(isnan(one.value) or one.low <= one.value <= one.high for one in numbers)


def test_a_comparison_knows_its_questions_and_terms(compared):
    corpora, found = compared
    assert found.questions == len(corpora[0].questions) == 30
    assert set(found.terms) == {"teacher", "near"}
    assert "okay" in {term.term for term in found.terms["teacher"].student}
    assert "thus" in {term.term for term in found.terms["teacher"].teacher}
    assert [len(shares) for shares in found.along.values()] == [10, 10, 10]


def test_every_step_is_told_and_nothing_is_split_without_a_detector(compared):
    told = []
    found = compare_corpora(compared[0][:2], replicates=10, report=lambda done, steps: told.append((done, steps)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1]
    assert found.along == {}
    assert not any(name.endswith(("style", "capability")) for name in found.to_student)
