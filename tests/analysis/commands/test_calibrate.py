import pytest

from analysis.terminal import fingerprint
from detectors import store


def test_the_threshold_is_that_of_the_costs(run, folder, labels_file, tmp_path):
    for writer, threshold in (("student", 0.8), ("teacher", 0.2)):
        out = tmp_path / writer
        options = ("--method", "none", "--writer", writer, "--late-cost", 4)
        code, printed, err = run("calibrate", folder, labels_file, "--out", out, *options)
        assert (code, printed, err) == (0, "", f"{out}: threshold {threshold:.3f}\n")
        assert store.load(out).threshold == threshold
        assert store.read_card(out)["calibrated"]["sha256"] == fingerprint(labels_file)


def test_texts_it_was_fitted_to_are_warned_of(run, folder, labels_file, tmp_path, caplog):
    training = {"sha256": fingerprint(labels_file)}
    store.save(store.load(folder), folder, card={"training": training})
    assert run("calibrate", folder, labels_file, "--out", tmp_path / "d", "--method", "none")[0] == 0
    assert "give other texts" in caplog.text
    assert store.read_card(tmp_path / "d")["training"] == training


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--writer", "student", "--threshold", 0.5), "both set the threshold"),
        (("--writer", "student", "--early-cost", 0), "the threshold would be 1.0"),
        (("--writer", "student", "--early-cost", 0, "--late-cost", 0), "are both 0"),
        (("--method", "magic"), "magic"),
        (("--method", "platt"), "a lexicon detector takes no calibration"),
    ],
)
def test_bad_usage_is_one_line(run, folder, labels_file, tmp_path, options, message):
    code, _, err = run("calibrate", folder, labels_file, "--out", tmp_path / "d", *options)
    assert (code, message in err) == (2, True)
    assert not (tmp_path / "d").exists()
