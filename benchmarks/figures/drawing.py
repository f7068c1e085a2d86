"""The twelve figures, ready to be drawn at any size."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis import plots
from analysis.evaluation.calibration import reliability
from analysis.evaluation.judgement import judge
from analysis.fitting import fit_lexicon, fit_logistic
from analysis.plots.looks import RoleName
from benchmarks.figures import measured
from benchmarks.figures.corpora import Corpora
from benchmarks.figures.training import FOLDER, RUNS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.evaluation.predictions import Prediction

_LOG = logging.getLogger(__name__)
Draw = Callable[..., "Figure"]
"""Takes a width, and draws."""


def figures_of(corpora: Corpora) -> dict[str, Draw]:
    """Measure everything, and return the figures by name."""
    _LOG.info("fitting detectors to %d labelled texts, out of fold", len(corpora.labels))
    fits = {"lexicon": fit_lexicon, "logistic": partial(fit_logistic, lookahead=2)}
    true, predictions = measured.out_of_fold(fits, corpora.labels)
    lexicon = fit_lexicon(corpora.labels)
    judgement = judge(corpora.labels, predictions["logistic"])
    _LOG.info("measuring traces: %s", corpora.source)
    terms = measured.terms(corpora)
    sides = {"first": corpora.student, "second": corpora.other}
    similarity = measured.similarity(corpora)
    divergences, floor = measured.divergences(corpora, lexicon)
    roles = dict(corpora.roles)
    nearest = sorted(divergences, key=lambda name: divergences[name].value)
    return {
        "log-odds-scatter": partial(plots.plot_log_odds_scatter, terms, **sides),
        "log-odds": partial(plots.plot_log_odds, terms, **sides),
        "word-rates": partial(plots.plot_word_rates, measured.word_rates(corpora)),
        "projection": partial(
            plots.plot_projection, plots.project({name: corpora.texts(name) for name in corpora.traces}), roles=roles
        ),
        "similarity": partial(plots.plot_similarity, similarity),
        "lengths": partial(plots.plot_lengths, measured.lengths(corpora), unit="words", roles=roles),
        "token-shares": partial(
            plots.plot_token_shares,
            measured.shares_by_author(corpora),
            label="share of labelled words: style (student), others (teacher)",
        ),
        "style-share": partial(
            plots.plot_style_share, measured.style_shares(_with_roles(corpora), lexicon), roles=roles
        ),
        "losses": partial(plots.plot_losses, _losses(), smooth=9, roles=_roles_of_runs()),
        "precision-recall": partial(plots.plot_precision_recall, **_precision_recall(true, predictions)),
        "reliability": partial(
            plots.plot_reliability, reliability(judgement.sums), error=judgement.values["calibration_error"]
        ),
        "divergences": partial(
            plots.plot_divergences,
            {name: divergences[name] for name in nearest},
            floor=floor,
            label="Jensen-Shannon divergence of style words (bits, 95 % interval)",
            roles=roles,
        ),
    }


def _with_roles(corpora: Corpora) -> Corpora:
    """Return student and teachers, and the model compared with the student: more lines could not be followed."""
    shown = {*corpora.roles, corpora.student, corpora.other}
    return replace(corpora, traces={name: traces for name, traces in corpora.traces.items() if name in shown})


def _losses() -> dict[str, tuple[Any, Any]]:
    logs = {name: plots.read_training_log(FOLDER / f"{role}.json") for role, name in RUNS.items()}
    return {name: (log.steps, log.losses) for name, log in logs.items()}


def _roles_of_runs() -> dict[str, RoleName]:
    return {name: role for role, name in RUNS.items()}  # type: ignore[misc]


def _precision_recall(true: "np.ndarray[Any, Any]", found: "Mapping[str, list[Prediction]]") -> dict[str, Any]:
    from sklearn.metrics import precision_recall_curve, precision_score, recall_score

    curves, chosen = {}, {}
    for name, predictions in found.items():
        likely = np.concatenate([one.probabilities for one in predictions])
        style = np.concatenate([one.style for one in predictions])
        curves[name] = precision_recall_curve(true, likely)[:2]
        chosen[name] = (float(precision_score(true, style)), float(recall_score(true, style)))
    return {"curves": curves, "chosen": chosen, "share": float(true.mean())}
