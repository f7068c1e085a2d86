"""What ``make figures`` checks, on files that are right and on files that are not."""

import pytest
from matplotlib import rc_context

from analysis.plots import new_figure, plot_lengths, save_figure
from benchmarks.figures import checks, corpora, measured
from benchmarks.figures.__main__ import SIZES, draw
from tests.support.pdf_fonts import faults_of_pdf


def test_a_figure_is_drawn_at_both_sizes_without_faults(tmp_path):
    assert draw("lengths", lambda width: plot_lengths({"student": [1, 2, 3]}, width=width), tmp_path) == []
    names = {f"lengths-{size}.{form}" for size in SIZES for form in ("pdf", "svg")}
    assert {path.name for path in tmp_path.iterdir()} == names


def test_fonts_that_are_not_embedded_as_truetype_are_faults(tmp_path):
    figure = plot_lengths({"student": [1, 2, 3]})
    save_figure(figure, tmp_path / "good.pdf")
    assert faults_of_pdf(tmp_path / "good.pdf") == []
    with rc_context({"pdf.fonttype": 3}):
        figure.savefig(tmp_path / "three.pdf")
    assert any("Type 3" in fault for fault in faults_of_pdf(tmp_path / "three.pdf"))
    with rc_context({"pdf.use14corefonts": True}):
        figure.savefig(tmp_path / "core.pdf")
    assert faults_of_pdf(tmp_path / "core.pdf")


def test_what_goes_over_the_edge_is_a_fault():
    figure, axes = new_figure(2, 2)
    assert checks.faults_of_layout(figure, "a") == []
    figure.text(0.9, 0.5, "over the edge")
    assert len(checks.faults_of_layout(figure, "a")) == 1
    assert axes


def test_a_large_file_is_a_fault(tmp_path):
    (tmp_path / "a.svg").write_bytes(b" " * (checks.MOST_BYTES + 1))
    assert len(checks.faults_of_svg(tmp_path / "a.svg")) == 1


@pytest.fixture(scope="module")
def small():
    """Traces of the miniature world, and the detector that knows its spans."""
    from analysis.fitting import fit_lexicon

    found = corpora._miniature()
    return found, fit_lexicon(found.labels)


def test_two_samples_of_one_writer_are_nearer_than_two_writers(small):
    others, floor = measured.divergences(*small)
    assert floor.high < others["synthesized"].low < others["synthesized"].high < others["teacher"].low
    assert others["teacher"].value == pytest.approx(1, abs=0.15)


def test_a_model_is_like_itself_and_shares_are_shares(small):
    found, lexicon = small
    similarity = measured.similarity(found)
    assert all(similarity[name, name].value == pytest.approx(1) for name in found.traces)
    assert similarity["student", "teacher"].value < similarity["student", "synthesized"].value
    along = measured.style_shares(found, lexicon)
    assert all(0 <= one.low <= one.high <= 1 for parts in along.values() for one in parts)
    assert along.keys() == found.traces.keys()


def test_terms_come_from_both_sides_in_order(small):
    z = [term.z for term in measured.terms(small[0])]
    assert z == sorted(z, reverse=True)
    assert z[0] > 0 > z[-1]
