import io

import pytest
from rich.console import Console

from analysis.evaluation.comparison import compare
from analysis.evaluation.examination import examine
from analysis.evaluation.groups import Group
from analysis.evaluation.score_tables import AGREEMENT_NAMES, agreement_table, comparison_table, cut_table, group_table
from analysis.evaluation.scores import score
from detectors.lexicon import LexiconDetector


@pytest.fixture
def examinations(labels):
    detectors = {"few": LexiconDetector({"so": 0.9}), "many": LexiconDetector({"so": 0.9, "then ,": 0.6})}
    return {
        name: examine(detector, labels, card={"training": {"sha256": name}}, fingerprint="few", by=Group.MODEL)
        for name, detector in detectors.items()
    }


def printed(table, width=100):
    console = Console(file=io.StringIO(), width=width)
    console.print(table)
    return console.file.getvalue()


def test_every_score_is_in_the_table(labels, examinations):
    judged = examinations["many"].judgement
    shown = printed(agreement_table(judged.as_dict(), title="many"))
    assert all(name in shown for name in AGREEMENT_NAMES.values())
    assert f"{judged.values['token.f1']:.3f}" in shown
    assert f"{judged.intervals['token.f1'][0]:.3f}–{judged.intervals['token.f1'][1]:.3f}" in shown
    plain = printed(agreement_table(score(labels, [label.spans for label in labels]).as_dict(), title="true"))
    assert ("1.000" in plain, "95 %" in plain) == (True, False)


def test_cuts_and_groups_have_their_tables(examinations):
    judged = examinations["many"].judgement
    assert f"{judged.values['cut.student.exact_cuts']:.3f}" in printed(cut_table(judged))
    assert "m " in printed(group_table(judged, "model"))


def test_the_best_comes_first_and_own_training_is_marked(examinations):
    standings = compare({name: examined.judgement for name, examined in examinations.items()})
    rows = [line.split() for line in printed(comparison_table(standings, examinations)).splitlines()]
    assert [row[:2] for row in rows if row and row[0] in examinations] == [
        ["many", f"{standings[0].judgement.values['token.f1']:.3f}"],
        ["few", "*"],
    ]
