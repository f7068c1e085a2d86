import json

import pytest
import typer
from typer.testing import CliRunner

from analysis.commands.layers import layers
from detectors.errors import UsageError
from tests.support.classifiers import tiny_llama


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return str(tiny_llama(tmp_path_factory.mktemp("model")))


def run(*arguments):
    app = typer.Typer()
    app.command()(layers)
    return CliRunner().invoke(app, list(map(str, arguments)), catch_exceptions=False)


def test_every_layer_is_scored_and_drawn(model, labels_file, tmp_path):
    figure, cache = tmp_path / "layers.svg", tmp_path / "cache"
    arguments = (labels_file, "--model", model, "--every", 1, "--folds", 2, "--out", figure, "--cache", cache)
    result = run(*arguments, "--json")
    assert result.exit_code == 0
    assert [row["layer"] for row in json.loads(result.stdout)] == [0, 1, 2]
    assert figure.read_text().startswith("<?xml")
    table = run(*arguments)
    assert "token F1" in table.stdout
    assert len(list(cache.iterdir())) == 1


def test_wrong_input_is_refused_before_the_model_is_read(model, labels_file, tmp_path):
    with pytest.raises(UsageError, match="cannot draw"):
        run(labels_file, "--model", model, "--out", tmp_path / "layers.gif")
    with pytest.raises(UsageError):
        run(tmp_path / "none.jsonl", "--model", model)
    with pytest.raises(UsageError, match="no model folder"):
        run(labels_file, "--model", tmp_path / "none")
