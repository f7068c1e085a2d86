"""The figures of corpora."""

import numpy as np
import pytest

from analysis.corpus import read_corpus
from tests import tokenizers_for_tests
from tests.support.pdf_fonts import faults_of_pdf

FEW = ("--replicates", 50)
FIGURES = {
    "log-odds": (FEW, {"wait", "thus", "teacher  ←  0  →  student z of log-odds"}),
    "log-odds-scatter": (FEW, {"wait", "thus", "occurrences in both corpora"}),
    "word-rates": (FEW, {"student", "teacher", "synthesized", "wait", "thus"}),
    "projection": ((), {"student", "teacher", "synthesized"}),
    "similarity": (FEW, {"student", "teacher", "synthesized", "1.000"}),
    "divergences": (FEW, {"teacher", "synthesized", "Jensen-Shannon divergence (bits, 95 % interval)"}),
    "lengths": ((), {"student", "teacher", "synthesized", "words a trace (right: mean)"}),
    "style-share": (FEW, {"student", "teacher", "synthesized", "style words"}),
}
"""The options of each, and what stands in it."""
IN_REPORTS = {
    "log-odds": "terms-teacher",
    "word-rates": "rates",
    "projection": "projection",
    "similarity": "similarity",
    "divergences": "divergences",
    "lengths": "lengths",
    "style-share": "style-share",
}
PAIRS = {"log-odds", "log-odds-scatter"}
SPLIT = {"log-odds", "word-rates", "style-share"}
"""Those that a report draws with the detector."""


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("form", [".pdf", ".svg"])
def test_a_figure_shows_what_it_should(analyze, pair, corpora, lexicon, tmp_path, name, form):
    options, expected = FIGURES[name]
    out = tmp_path / "new folder" / f"figure{form}"
    detector = ("--detector", lexicon) if name == "style-share" else ()
    called = analyze("plot", name, *(pair if name in PAIRS else corpora), *options, *detector, "--out", out)
    assert (called.code, called.out.startswith(f"{out}: ")) == (0, True)
    assert expected <= set(called.letters)
    assert out.stat().st_size > 2000
    assert form != ".pdf" or faults_of_pdf(out) == []


def test_figures_are_those_of_a_report(analyze, corpora, pair, lexicon, tmp_path):
    report = tmp_path / "report"
    assert analyze("compare", *corpora, *FEW, "--detector", lexicon, "--out", report).code == 0
    for name, called in IN_REPORTS.items():
        options, _ = FIGURES[name]
        detector = ("--detector", lexicon) if name in SPLIT else ()
        named = pair if name in PAIRS else corpora
        assert analyze("plot", name, *named, *options, *detector, "--out", tmp_path / "one.pdf").code == 0
        assert (tmp_path / "one.pdf").read_bytes() == (report / f"{called}.pdf").read_bytes(), name


def test_the_width_is_that_of_the_size(analyze, pair, tmp_path):
    for width, inches in (("acl-page", 16 / 2.54), ("4.5", 4.5)):
        figure = analyze("plot", "lengths", *pair, "--width", width, "--out", tmp_path / "a.png").figure
        assert figure.get_size_inches()[0] == pytest.approx(inches)


def test_shared_questions_alone(analyze, corpora, tmp_path):
    out = tmp_path / "a.svg"
    assert "all 100 traces of 3 corpora" in analyze("plot", "lengths", *corpora, "--out", out).out
    for name in ("lengths", "projection", "word-rates"):
        called = analyze("plot", name, *corpora, "--shared", "--out", out)
        assert "90 traces of 3 corpora on the 30 questions that all answer" in called.out


def test_lengths_in_tokens(analyze, traces, pair, tmp_path):
    tokenizer = tokenizers_for_tests.qwen3()
    tokenizer.save_pretrained(tmp_path / "model")
    called = analyze("plot", "lengths", *pair, "--tokenizer", tmp_path / "model", "--out", tmp_path / "a.pdf")
    means = [
        np.mean([len(tokenizer(one.thinking, add_special_tokens=False)["input_ids"]) for one in read_corpus(path)])
        for path in traces
    ]
    shown = [line.get_xdata()[0] for line in called.figure.axes[0].lines if line.get_marker() == "D"]
    assert shown == pytest.approx(means)
    assert "tokens a trace (right: mean)" in called.letters
    assert "30 of 60 traces" in called.err


def test_own_terms_are_counted_as_they_are_spelled(analyze, traces, pair, tmp_path):
    terms = ("--term", "Let's  see", "--term", "WAIT", "--term", "let's see", "--term", "never said")
    called = analyze("plot", "word-rates", *pair, *terms, "--out", tmp_path / "a.pdf")
    names = [one for one in called.letters if one[0].isalpha()]
    assert names == ["student", "teacher", "let's see", "wait", "never said"]
    assert called.letters.count("0") == 4
    assert "3 terms" in called.out


def test_topic_stays_without_control(analyze, pair, tmp_path):
    shown = {
        control: set(
            analyze("plot", "log-odds", *pair, *FEW, "--control", control, "--out", tmp_path / "a.pdf").letters
        )
        for control in ("style", "spread", "off")
    }
    assert "we need to" in shown["spread"] | shown["off"]
    assert len({frozenset(one) for one in shown.values()}) == 3
    called = analyze("plot", "log-odds", *pair, *FEW, "--longest", 1, "--top", 2, "--out", tmp_path / "a.pdf")
    names = [tick.get_text() for tick in called.figure.axes[0].get_yticklabels()]
    assert len(names) == 4
    assert not any(" " in name for name in names)


def test_roles_give_colours(analyze, pair, traces, tmp_path):
    other = ("--other", f"mine={traces[1]}")
    drawn = {}
    for role in ((), ("--role", "mine=synthesized")):
        figure = analyze("plot", "projection", *pair, *other, *role, "--out", tmp_path / "a.pdf").figure
        drawn[role] = {tuple(one.get_facecolor()[0][:3].round(2)) for one in figure.axes[0].collections}
    one, other = drawn.values()
    assert len(one) == len(other) == 3
    assert len(one & other) == 2


def test_divergence_of_a_part(analyze, corpora, lexicon, tmp_path):
    found = {}
    for part in ("style", "capability"):
        options = ("--part", part, "--detector", lexicon, *FEW)
        called = analyze("plot", "divergences", *corpora, *options, "--out", tmp_path / "a.pdf")
        assert f"Jensen-Shannon divergence of {part} words" in " ".join(called.letters)
        found[part] = [float(one) for one in called.letters if one.count(".") == 1 and len(one) == 5]
    assert found["style"][0] > found["capability"][0]
    options = ("--measure", "rank-turbulence", *FEW)
    assert "rank-turbulence" in analyze("plot", "divergences", *corpora, *options, "--out", tmp_path / "a.pdf").out


def test_similarity_of_whole_corpora(analyze, corpora, tmp_path):
    drawn = [
        analyze("plot", "similarity", *corpora, *FEW, "--of", of, "--out", tmp_path / "a.pdf").letters
        for of in ("questions", "corpora")
    ]
    assert drawn[0] != drawn[1]
