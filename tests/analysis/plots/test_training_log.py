import json

import pytest

from analysis.plots import read_training_log
from detectors.errors import DataError, UsageError

HISTORY = [
    {"loss": 2.0, "step": 10, "epoch": 0.1},
    {"eval_loss": 2.5, "step": 10},
    {"loss": 1.0, "step": 30},
    {"loss": 1.5, "step": 20},
    {"loss": 0.9, "step": 30},
    {"train_runtime": 5.0, "step": 30},
]


@pytest.fixture
def checkpoint(tmp_path):
    (tmp_path / "trainer_state.json").write_text(json.dumps({"log_history": HISTORY}))
    return tmp_path


def test_losses_come_in_the_order_of_steps_and_the_last_of_a_step_counts(checkpoint):
    log = read_training_log(checkpoint)
    assert log.steps.tolist() == [10, 20, 30]
    assert log.losses.tolist() == [2.0, 1.5, 0.9]
    assert read_training_log(checkpoint / "trainer_state.json", field="eval_loss").losses.tolist() == [2.5]


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"log_history": 3}', '{"log_history": [3]}', '{"log_history": [{"loss": 1}]}']
)
def test_another_file_is_told(tmp_path, content):
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(DataError, match=r"x\.json: no log of a trainer"):
        read_training_log(tmp_path / "x.json")


def test_a_missing_file_or_field_is_told(checkpoint, tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        read_training_log(tmp_path / "none.json")
    with pytest.raises(DataError, match=r"no record has the field 'reward'.*epoch, eval_loss, loss"):
        read_training_log(checkpoint, field="reward")
