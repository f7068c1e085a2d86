from io import StringIO

import pytest
from rich.console import Console

from analysis.progress_bar import progress_bar


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_drawn_on_a_terminal_and_written_elsewhere(terminal):
    output = StringIO()
    console = Console(file=output, force_terminal=terminal, width=100)
    with progress_bar("hidden states", "words", console) as report:
        for done in range(0, 1001, 50):
            report(done, 1000)
    written = output.getvalue()
    assert "hidden states" in written
    assert ("hidden states: 100 of 1,000 words" in written) is not terminal
    assert terminal or written.count(" of 1,000 words") == 10
