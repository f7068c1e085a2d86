"""A comparison as a folder: ``report.json``, ``report.html``, tables and figures."""

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from analysis.measures.estimate import Estimate
from analysis.measures.term import Term
from analysis.report.compared_corpus import STUDENT, ComparedCorpus
from analysis.report.comparison import Comparison
from analysis.report.figures import comparison_figures
from analysis.report.page import Chapter, Picture, report_page
from analysis.report.tables import comparison_tables
from detectors.errors import UsageError

if TYPE_CHECKING:
    from analysis.plots.sizes import Width

_FIRST: Final = ("similarity", "divergences", "rates", "projection")
_LAST: Final = ("lengths", "style-share")
_HOW: Final = (
    "Intervals are the 2.5 and 97.5 percentiles of a bootstrap over questions. The floor is what a measure says of two "
    "halves of the student's questions: halves are on different questions and half as large, so it is higher than what "
    "two samples of one model on the same questions would show."
)
_TERMS: Final = (
    "Log-odds under an informative Dirichlet prior (Monroe et al. 2008). Only style spans are "
    "counted, the detector's or those of a lexicon induced from the two corpora; words of a trace's own prompt are "
    "masked, and a term must be spread over the questions: what is left is style rather than topic."
)
_LIBRARIES: Final = ("tessy", "numpy", "scipy", "scikit-learn", "matplotlib")


def report_content(corpora: Sequence[ComparedCorpus], found: Comparison, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ``report.json`` holds: every measure by corpus as ``{"value", "low", "high"}``, null where undefined.

    Parameters
    ----------
    corpora
        What was compared.
    found
        What was found.
    settings
        What was chosen: the detector, the replicates, the seed.
    """
    return {
        "corpora": {
            corpus.key: {
                "label": corpus.label,
                "file": corpus.path.name,
                "sha256": corpus.sha256,
                "traces": len(corpus.traces),
                "questions": len(corpus.questions),
            }
            for corpus in corpora
        },
        "questions": found.questions,
        **{name: _estimates(values) for name, values in (found.to_student | found.own).items()},
        "tfidf_similarity_matrix": {
            one.key: {two.key: found.similarity[one.key, two.key].as_json() for two in corpora} for one in corpora
        },
        "noise_floor": _estimates(found.floor),
        "style_along": {key: [share.as_json() for share in shares] for key, shares in found.along.items()},
        "terms": {
            key: {
                "questions": terms.questions,
                "divergence": terms.divergence.as_json(),
                "terms": {
                    STUDENT: [_term(term) for term in terms.student],
                    key: [_term(term) for term in terms.teacher],
                },
            }
            for key, terms in found.terms.items()
        },
        "settings": dict(settings),
        "versions": {name: version(name) for name in _LIBRARIES},
    }


def write_report(
    corpora: Sequence[ComparedCorpus], found: Comparison, content: Mapping[str, Any], out: Path, *, width: "Width"
) -> None:
    """Write the folder: JSON, page, tables as CSV and LaTeX, figures as PDF and SVG.

    What an earlier report left there and this one does not have, such as terms of a corpus that is no longer compared,
    is removed.

    Raises
    ------
    UsageError
        When it cannot be written.
    """
    from analysis.plots import save_figure

    tables = comparison_tables(corpora, found)
    pictures = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        stale = _files_of_earlier(out)
        (out / "report.json").write_text(as_json(content), encoding="utf-8")
        for table in tables:
            (out / f"{table.name}.csv").write_text(table.as_csv(), encoding="utf-8", newline="")
            (out / f"{table.name}.tex").write_text(table.as_latex(), encoding="utf-8")
        for name, caption, figure in comparison_figures(corpora, found, width=width):
            for form in (".pdf", ".svg"):
                save_figure(figure, out / f"{name}{form}")
            pictures.append(Picture(name, caption, (out / f"{name}.svg").read_text(encoding="utf-8")))
        distances, own, *terms = tables
        labels = [corpus.label for corpus in corpora]
        chapters = [
            Chapter("Distances", [_HOW], [distances, *(picture for picture in pictures if picture.name in _FIRST)]),
            Chapter("Terms", [_TERMS], [*(p for p in pictures if p.name.startswith("terms-")), *terms]),
            Chapter("Each corpus by itself", [], [own, *(p for p in pictures if p.name in _LAST)]),
        ]
        page = report_page(f"{labels[0]} and {', '.join(labels[1:])}", chapters)
        (out / "report.html").write_text(page, encoding="utf-8")
        names = {*(table.name for table in tables), *(picture.name for picture in pictures)}
        for path in stale:
            if path.stem not in names:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write to {out}: {error.strerror}") from error


def _files_of_earlier(out: Path) -> list[Path]:
    """Return the files that an earlier report in this folder may have beside those that every report has."""
    try:
        corpora = json.loads((out / "report.json").read_text(encoding="utf-8"))["corpora"]
        names = [f"terms-{key}{form}" for key in corpora if key != STUDENT for form in (".csv", ".tex", ".pdf", ".svg")]
    except (OSError, ValueError, LookupError, TypeError):
        return []
    paths = [out / name for name in ("style-share.pdf", "style-share.svg", *names)]
    return [path for path in paths if path.parent == out and path.is_file()]


def as_json(content: Mapping[str, Any]) -> str:
    """Write JSON as the report and the terminal have it."""
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    # A name that is no Unicode, as files may have, is written with JSON's own escapes.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _estimates(found: Mapping[str, Estimate]) -> dict[str, Any]:
    return {key: estimate.as_json() for key, estimate in found.items()}


def _term(term: Term) -> dict[str, Any]:
    return {name: getattr(term, name) for name in ("term", "log_odds", "z", "first", "second")}
