"""Scores -> matplotlib figures sized for papers: vector fonts, safe for colour-blind eyes, no global state."""

from analysis.plots.comparison import plot_comparison
from analysis.plots.figure import COLUMN, STUDENT, TEACHER, TEXT, check_form, new_figure, place, save_figure
from analysis.plots.groups import plot_groups
from analysis.plots.judgement import plot_judgement
from analysis.plots.layers import plot_layers
from analysis.plots.log_odds import plot_log_odds
from analysis.plots.reliability import plot_reliability
from analysis.plots.similarity import plot_similarity

__all__ = [
    "COLUMN",
    "STUDENT",
    "TEACHER",
    "TEXT",
    "check_form",
    "new_figure",
    "place",
    "plot_comparison",
    "plot_groups",
    "plot_judgement",
    "plot_layers",
    "plot_log_odds",
    "plot_reliability",
    "plot_similarity",
    "save_figure",
]
