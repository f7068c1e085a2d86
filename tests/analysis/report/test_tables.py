from analysis.report.tables import NAMES, comparison_tables


def test_every_number_of_a_comparison_has_its_cell(compared):
    corpora, found = compared
    distances, own, *terms = comparison_tables(corpora, found)
    assert [row[0] for row in distances.rows] == [NAMES[name] for name in found.to_student]
    assert [row[1] for row in distances.rows] == [values["teacher"] for values in found.to_student.values()]
    assert distances.header == ["measure", *(corpus.label for corpus in corpora[1:]), "floor"]
    assert own.rows[0] == ["traces", 30, 30, 30]
    assert [row[0] for row in own.rows[2:]] == [NAMES[name] for name in found.own]
    assert [table.name for table in terms] == ["terms-teacher", "terms-near"]


def test_terms_stand_with_their_writer(compared):
    corpora, found = compared
    table = comparison_tables(corpora, found)[2]
    by_writer = {
        label: {row[0] for row in table.rows if row[1] == label} for label in (one.label for one in corpora[:2])
    }
    assert "okay" in by_writer[corpora[0].label]
    assert "thus" in by_writer[corpora[1].label]
