"""The figures as commands, in the order of their help."""

from analysis.commands.plots.curves import precision_recall, reliability
from analysis.commands.plots.distances import divergences, projection, similarity
from analysis.commands.plots.lengths import lengths
from analysis.commands.plots.losses import losses
from analysis.commands.plots.style_share import style_share
from analysis.commands.plots.terms import log_odds, log_odds_scatter
from analysis.commands.plots.token_shares import token_shares
from analysis.commands.plots.word_rates import word_rates
from analysis.terminal import new_app

plot_app = new_app("Draw one figure from files, as PDF, SVG or PNG; numbers are those of tessy-analyze compare.")
for _figure in (
    log_odds,
    log_odds_scatter,
    word_rates,
    projection,
    similarity,
    divergences,
    lengths,
    style_share,
    token_shares,
    losses,
    precision_recall,
    reliability,
):
    plot_app.command(_figure.__name__.replace("_", "-"))(_figure)
