import shutil

from detectors.lexicon import LexiconDetector
from tessy.miniature import student_path, teacher_path
from tessy.provenance import describe_detector, describe_model, folder_fingerprint
from tessy.settings import ModelSettings, Sampling


def test_detectors_differ_by_all_they_are_made_of():
    described = describe_detector(LexiconDetector({"so": 0.9}))
    assert described == describe_detector(LexiconDetector({"so": 0.9}))
    assert described["kind"] == "lexicon"
    for other in (LexiconDetector({"so": 0.8}), LexiconDetector({"so": 0.9}, causal=True)):
        assert describe_detector(other) != described


def test_folders_differ_by_their_weights(tmp_path):
    copy = shutil.copytree(student_path(), tmp_path / "copy")
    assert folder_fingerprint(copy) == folder_fingerprint(student_path()) != folder_fingerprint(teacher_path())
    weights = bytearray((copy / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (copy / "model.safetensors").write_bytes(weights)
    assert folder_fingerprint(copy) != folder_fingerprint(student_path())
    assert folder_fingerprint("Qwen/Qwen3-8B") is None


def test_a_model_is_named_with_how_it_is_asked():
    settings = ModelSettings(sampling=Sampling(temperature=0.5), template_options={"reasoning_effort": "high"})
    assert describe_model("Qwen/Qwen3-8B", "Qwen/Qwen3-8B", "f" * 64, settings) == {
        "model": "Qwen/Qwen3-8B",
        "weights": None,
        "tokenizer": "f" * 16,
        "template_options": {"reasoning_effort": "high"},
        "sampling": {"temperature": 0.5, "top_p": 0.8, "top_k": 20},
    }
    assert describe_model("x", student_path(), "f", settings)["weights"] == folder_fingerprint(student_path())
