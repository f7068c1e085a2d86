import io

from rich.console import Console

from analysis.fitting.training_bar import training_bar
from analysis.fitting.training_settings import TrainingStep


def draw(*, terminal):
    out = io.StringIO()
    with training_bar(Console(file=out, force_terminal=terminal, width=100)) as report:
        for step in range(1, 41):
            report(TrainingStep(step, 40))
            if step % 10 == 0:
                report(TrainingStep(step, 40, loss=1 / step))
        report(TrainingStep(40, 40, f1=0.875))
    return out.getvalue()


def test_a_log_file_gets_a_line_for_each_tenth_and_each_judgement():
    lines = draw(terminal=False).strip().splitlines()
    assert [line for line in lines if "left" in line][-1].startswith("step 40 of 40")
    assert sum("left" in line for line in lines) == 10
    assert "step 40 of 40: F1 0.875 on held-out questions" in lines


def test_a_terminal_gets_a_bar_with_the_loss():
    drawn = draw(terminal=True)
    assert "40/40" in drawn
    assert "loss 0.025" in drawn
