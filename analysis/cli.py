"""The command ``tessy-detect``: fit, apply, judge and show detectors."""

from analysis.commands.agree import agree
from analysis.commands.annotate import annotate
from analysis.commands.apply import apply
from analysis.commands.calibrate import calibrate
from analysis.commands.compare import compare
from analysis.commands.eval import evaluate
from analysis.commands.explain import explain
from analysis.commands.fit import fit
from analysis.commands.layers import layers
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


def main() -> None:
    """Run ``tessy-detect``."""
    run_app(app)


if __name__ == "__main__":
    main()
