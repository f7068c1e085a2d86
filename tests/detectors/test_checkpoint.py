import pytest

from detectors.checkpoint import read_config, style_label
from detectors.errors import DetectorFolderError, UsageError


@pytest.mark.parametrize(
    ("names", "label"),
    [
        ({"0": "style", "1": "capability"}, 0),
        ({"0": "O", "1": " Style"}, 1),
        ({"0": "LABEL_0", "1": "LABEL_1"}, 1),
        ({"0": "not style", "1": "other", "2": "style"}, 2),
        ({}, 1),
        (None, 1),
    ],
)
def test_style_is_the_label_of_that_name_or_the_second(names, label):
    assert style_label({"id2label": names}) == label


def test_folders_that_hold_no_token_classifier(tmp_path):
    with pytest.raises(UsageError, match="no such model folder"):
        read_config(tmp_path / "nothing")
    with pytest.raises(DetectorFolderError, match=r"no config\.json"):
        read_config(tmp_path)
    for content, message in (
        ("{", "cannot be read"),
        ("[]", "not a token classifier"),
        ("{}", "not a token classifier"),
    ):
        (tmp_path / "config.json").write_text(content)
        with pytest.raises(DetectorFolderError, match=message):
            read_config(tmp_path)
    (tmp_path / "config.json").write_text('{"architectures": ["LlamaForCausalLM"]}')
    with pytest.raises(DetectorFolderError, match="LlamaForCausalLM"):
        read_config(tmp_path)
