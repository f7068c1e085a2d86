import io

from rich.console import Console

from analysis.annotation.progress import AnnotationProgress


def test_a_terminal_shows_count_faults_and_time_left():
    screen = io.StringIO()
    with AnnotationProgress(Console(file=screen, force_terminal=True, width=90), 4) as progress:
        assert progress.line() == "ETA -:--:--"
        progress.advance(failed=False)
        progress.advance(failed=True)
        assert progress.line().startswith("1 failed, ETA 0:")
    assert "2/4" in screen.getvalue()


def test_elsewhere_plain_lines_come_now_and_then(monkeypatch):
    screen = io.StringIO()
    with AnnotationProgress(Console(file=screen), 3) as progress:
        progress.advance(failed=False)
        monkeypatch.setattr("analysis.annotation.progress._PLAIN_SECONDS", -1.0)
        progress.advance(failed=False)
    assert screen.getvalue().startswith("2/3 segments, ETA 0:")
    assert screen.getvalue().count("\n") == 1
