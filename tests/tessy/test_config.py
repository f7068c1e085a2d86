import pytest

from tessy.config import read_settings
from tessy.errors import UsageError
from tessy.settings import RunSettings


def read(tmp_path, text, **flags):
    path = tmp_path / "run.toml"
    path.write_text(text)
    return read_settings(path, flags)


def test_a_full_file(tmp_path):
    settings = read(
        tmp_path,
        """
        prompts = "p.jsonl"
        out = "o.jsonl"
        concurrency = 8
        student = "http://127.0.0.1:8001"
        [teacher]
        model = ["http://127.0.0.1:8002", "http://127.0.0.1:8003"]
        draft_tokens = 32
        sampling = { temperature = 0 }
        [limits]
        thinking_tokens = 100
        """,
    )
    assert settings.student.model == "http://127.0.0.1:8001"
    assert settings.teacher.model == ("http://127.0.0.1:8002", "http://127.0.0.1:8003")
    assert (settings.teacher.draft_tokens, settings.student.draft_tokens) == (32, 20)
    assert (settings.teacher.sampling.temperature, settings.limits.thinking_tokens, settings.concurrency) == (0, 100, 8)


def test_flags_win(tmp_path):
    settings = read(tmp_path, 'seed = 1\nstudent = "a"', **{"seed": 2, "student.draft_tokens": 5})
    assert (settings.seed, settings.student.model, settings.student.draft_tokens) == (2, "a", 5)


def test_without_a_file_the_defaults_hold():
    assert read_settings(None, {}) == RunSettings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("concurency = 3", "unknown key 'concurency' (did you mean 'concurrency'?)"),
        ("[student]\nmodell = 'x'", "unknown key 'student.modell' (did you mean 'model'?)"),
        (
            "[teacher.sampling]\ntemprature = 1",
            "unknown key 'teacher.sampling.temprature' (did you mean 'temperature'?)",
        ),
        ("zzz = 1", "known keys: prompts"),
        ("seed = 'x'", "seed = 'x'"),
        ("concurrency = 0", "concurrency = 0"),
        ("[student]\nmodel = 3", "student.model = 3"),
        ("student = 3", "student = 3"),
        ("[student.sampling]\ntop_p = 1.5", "student.sampling.top_p = 1.5"),
        ("seed = ", "not TOML"),
        ("seed = 2024-01-01", "seed"),
        ("[student.sampling]\ntemperature = inf", "student.sampling.temperature = inf"),
        ("[limits]\nseconds = nan", "limits.seconds = nan"),
    ],
)
def test_what_is_wrong_is_named_with_the_file(tmp_path, text, said):
    with pytest.raises(UsageError) as caught:
        read(tmp_path, text)
    assert said in str(caught.value)
    assert "run.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "flag", "said"),
    [
        ("limits = 5", "limits.thinking_tokens", "limits = 5: a table is expected"),
        ("[student]\nsampling = 3", "student.sampling.temperature", "student.sampling = 3: a table is expected"),
    ],
)
def test_a_flag_cannot_be_laid_over_what_is_no_table(tmp_path, text, flag, said):
    with pytest.raises(UsageError, match=r"run\.toml") as caught:
        read(tmp_path, text, **{flag: 1})
    assert said in str(caught.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        read_settings(tmp_path / "none.toml", {})
