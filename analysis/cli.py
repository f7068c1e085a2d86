"""The command ``tessy-detect``: fit, apply, judge and show detectors."""

from analysis.commands.apply import apply
from analysis.commands.eval import evaluate
from analysis.commands.fit import fit
from analysis.commands.show import show
from analysis.terminal import new_app, run_app

app = new_app("Fit, apply, judge and show detectors of style in reasoning traces.")
app.command()(fit)
app.command()(apply)
app.command("eval")(evaluate)
app.command()(show)


def main() -> None:
    """Run ``tessy-detect``."""
    run_app(app)


if __name__ == "__main__":
    main()
