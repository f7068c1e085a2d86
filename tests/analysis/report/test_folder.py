import json

import pytest

from analysis.report.comparison import compare_corpora
from analysis.report.folder import as_json, report_content, write_report
from detectors.errors import UsageError


def test_the_content_is_json_with_value_low_and_high(compared):
    corpora, found = compared
    content = report_content(corpora, found, {"seed": 0})
    read = json.loads(as_json(content))
    assert set(read["tfidf_similarity"]["near"]) == {"value", "low", "high"}
    assert read["corpora"]["student"]["traces"] == 30
    assert read["tfidf_similarity_matrix"]["student"]["student"]["value"] == pytest.approx(1.0)
    assert read["settings"] == {"seed": 0}


def test_a_folder_holds_only_what_its_report_says(compared, tmp_path):
    corpora, found = compared
    write_report(corpora, found, report_content(corpora, found, {}), tmp_path, width=3.3)
    first = {path.name for path in tmp_path.iterdir()}
    (tmp_path / "terms-student.csv").write_text("a user's")
    (tmp_path / "terms-near.csv").unlink()
    (tmp_path / "terms-near.csv").mkdir()
    fewer = compare_corpora(corpora[:2], replicates=10)
    write_report(corpora[:2], fewer, report_content(corpora[:2], fewer, {}), tmp_path, width=3.3)
    gone = first - {path.name for path in tmp_path.iterdir()}
    assert gone == {f"terms-near.{form}" for form in ("tex", "pdf", "svg")} | {"style-share.pdf", "style-share.svg"}
    assert (tmp_path / "terms-student.csv").read_text() == "a user's"


def test_somebody_elses_report_is_no_reason_to_remove_anything(compared, tmp_path):
    corpora, found = compared
    (tmp_path / "report.json").write_text('{"corpora": ["../x"]}')
    (tmp_path / "terms-mine.csv").write_text("mine")
    write_report(corpora, found, report_content(corpora, found, {}), tmp_path, width=3.3)
    assert (tmp_path / "terms-mine.csv").read_text() == "mine"


def test_a_file_in_the_place_of_the_folder(compared, tmp_path):
    corpora, found = compared
    (tmp_path / "x").write_text("")
    with pytest.raises(UsageError, match="cannot write to"):
        write_report(corpora, found, {}, tmp_path / "x", width=3.3)
