import pytest

from detectors import store
from detectors.lexicon import LexiconDetector


@pytest.fixture
def folder(tmp_path):
    return store.save(LexiconDetector({"^let me": 0.9, "so": 0.05}), tmp_path / "lexicon")


def test_words_are_listed_with_their_reasons(run, folder):
    code, out, _ = run("explain", folder, "Let me add [b]3[/b] so")
    assert code == 0
    assert "Let me add [b]3[/b] so" in out
    assert out.count("+0.90 phrase = 'let me'") == 2
    assert "add" not in out.split("reasons")[1]


def test_every_word_is_listed_when_asked_for(run, folder):
    assert "add" in run("explain", folder, "Let me add", "--all")[1].split("reasons")[1]


def test_a_file_becomes_a_page(run, folder, tmp_path):
    text, page = tmp_path / "text.txt", tmp_path / "page.html"
    text.write_text("Let me añadir", encoding="utf-8")
    code, out, _ = run("explain", folder, "--file", text, "--html", page)
    assert (code, out) == (0, "")
    assert "añadir" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), 2, "either a text or --file"),
        (("a", "--file", "b"), 2, "either a text or --file"),
        (("--file", "missing.txt"), 2, "cannot read missing.txt"),
        ((" ",), 1, "no words"),
        (("a", "--html", "missing/page.html"), 2, "cannot write missing/page.html"),
    ],
)
def test_bad_input_is_one_clear_error(run, folder, arguments, code, message):
    found, _, err = run("explain", folder, *arguments)
    assert found == code
    assert message in err
    assert "Traceback" not in err


def test_a_file_that_is_no_text_is_named(run, folder, tmp_path):
    text = tmp_path / "binary"
    text.write_bytes(b"\xff\xfe")
    code, _, err = run("explain", folder, "--file", text)
    assert (code, str(text) in err, "UTF-8" in err) == (1, True, True)
