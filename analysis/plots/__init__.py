"""Scores -> matplotlib figures sized for papers: embedded fonts, safe for every eye and for grey, no global state."""

from analysis.plots.comparison import plot_comparison
from analysis.plots.divergences import plot_divergences
from analysis.plots.figure import COLUMN, STUDENT, TEACHER, TEXT, check_form, new_figure, place, save_figure
from analysis.plots.groups import plot_groups
from analysis.plots.intervals import plot_intervals
from analysis.plots.judgement import plot_judgement
from analysis.plots.layers import plot_layers
from analysis.plots.lengths import plot_lengths
from analysis.plots.log_odds import plot_log_odds
from analysis.plots.log_odds_scatter import plot_log_odds_scatter
from analysis.plots.looks import Look, looks
from analysis.plots.losses import plot_losses
from analysis.plots.precision_recall import plot_precision_recall
from analysis.plots.projected_traces import plot_projection
from analysis.plots.projection import Projection, project
from analysis.plots.reliability import plot_reliability
from analysis.plots.similarity import plot_similarity
from analysis.plots.sizes import SIZES, inches
from analysis.plots.style_share import plot_style_share
from analysis.plots.token_shares import plot_token_shares
from analysis.plots.training_log import TrainingLog, read_training_log
from analysis.plots.word_rates import plot_word_rates

__all__ = [
    "COLUMN",
    "SIZES",
    "STUDENT",
    "TEACHER",
    "TEXT",
    "Look",
    "Projection",
    "TrainingLog",
    "check_form",
    "inches",
    "looks",
    "new_figure",
    "place",
    "plot_comparison",
    "plot_divergences",
    "plot_groups",
    "plot_intervals",
    "plot_judgement",
    "plot_layers",
    "plot_lengths",
    "plot_log_odds",
    "plot_log_odds_scatter",
    "plot_losses",
    "plot_precision_recall",
    "plot_projection",
    "plot_reliability",
    "plot_similarity",
    "plot_style_share",
    "plot_token_shares",
    "plot_word_rates",
    "project",
    "read_training_log",
    "save_figure",
]
