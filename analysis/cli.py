"""The commands ``tessy-detect``, for detectors, and ``tessy-analyze``, for corpora."""

from analysis.commands.agree import agree
from analysis.commands.annotate import annotate
from analysis.commands.apply import apply
from analysis.commands.calibrate import calibrate
from analysis.commands.compare import compare
from analysis.commands.compare_corpora import compare_corpora
from analysis.commands.eval import evaluate
from analysis.commands.explain import explain
from analysis.commands.fit import fit
from analysis.commands.layers import layers
from analysis.commands.loss import loss
from analysis.commands.plots.app import plot_app
from analysis.commands.show import show
from analysis.terminal import new_app, run_app

app = new_app("Fit, apply, judge and show detectors of style in reasoning traces.")
app.command()(fit)
app.command()(apply)
app.command("eval")(evaluate)
app.command()(compare)
app.command()(calibrate)
app.command()(layers)
app.command()(show)
app.command()(explain)
app.command()(annotate)
app.command()(agree)

analyze_app = new_app("Measure how corpora of reasoning traces differ, for papers.")
# One command alone would be called without its name.
analyze_app.callback()(lambda: None)
analyze_app.command("compare")(compare_corpora)
analyze_app.command()(loss)
analyze_app.add_typer(plot_app, name="plot")


def main() -> None:
    """Run ``tessy-detect``."""
    run_app(app)


def analyze() -> None:
    """Run ``tessy-analyze``."""
    run_app(analyze_app)


if __name__ == "__main__":
    main()
