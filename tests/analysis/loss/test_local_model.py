import json
import shutil

import numpy as np
import pytest

from analysis.loss.language_model import Reading
from analysis.loss.local_model import LocalModel
from detectors.errors import UsageError
from tessy.miniature import student_path

torch = pytest.importorskip("torch", reason="torch is not installed")


def scores(model, readings):
    found = {}
    model.read(readings, found.__setitem__)
    assert sorted(found) == list(range(len(readings)))
    return [found[index] for index in range(len(readings))]


@pytest.fixture(scope="module")
def readings(student):
    """Sequences of many lengths, one of them of the whole context."""
    chance = np.random.default_rng(3)
    vocabulary = len(student.tokenizer)
    lengths = [(2, 1), (30, 12), (31, 1), (500, 480), (student.context, 7), (30, 29)]
    return [Reading(chance.integers(0, vocabulary, length).tolist(), first) for length, first in lengths]


@pytest.fixture(scope="module")
def found(student, readings):
    return scores(student, readings)


def logits_of(model, reading):
    with torch.inference_mode():
        return model._model(input_ids=torch.tensor([list(reading.token_ids)])).logits[0].double()


def test_the_losses_are_those_of_transformers(student, readings, found):
    for reading, own in zip(readings, found, strict=True):
        ids = torch.tensor([list(reading.token_ids)])
        labels = ids.clone()
        labels[:, : reading.first] = -100
        with torch.inference_mode():
            theirs = student._model(input_ids=ids, labels=labels).loss.item()
        # Its loss is computed in float32, whatever the model runs in.
        assert own.nats.mean() == pytest.approx(theirs, rel=1e-6)
        logits = logits_of(student, reading)[reading.first - 1 : -1]
        exact = torch.nn.functional.cross_entropy(logits, ids[0, reading.first :], reduction="none")
        np.testing.assert_allclose(own.nats, exact.numpy(), atol=1e-9)


def test_ranks_count_the_likelier_tokens(student, readings, found):
    for reading, own in zip(readings, found, strict=True):
        logits = logits_of(student, reading)[reading.first - 1 : -1].numpy()
        order = (-logits).argsort(axis=1).argsort(axis=1)
        expected = 1 + order[np.arange(len(logits)), list(reading.token_ids[reading.first :])]
        np.testing.assert_array_equal(own.ranks, expected)


@pytest.mark.parametrize(("most_logits", "batch_tokens"), [(463 * 40, 4096), (1, 64), (1 << 27, 1)])
def test_steps_and_batches_change_nothing(readings, found, most_logits, batch_tokens):
    model = LocalModel(str(student_path()), device="cpu", dtype="float64", batch_tokens=batch_tokens)
    model.most_logits = most_logits
    some = readings if most_logits > 1 else readings[:3]
    for own, other in zip(scores(model, some), found, strict=False):
        np.testing.assert_allclose(own.nats, other.nats, atol=1e-9)
        np.testing.assert_array_equal(own.ranks, other.ranks)


def test_single_precision_is_close_and_half_precision_is_near(readings, found):
    for dtype, tolerance in (("auto", 2e-4), ("bfloat16", 0.3)):
        model = LocalModel(str(student_path()), device="cpu", dtype=dtype)
        for own, other in zip(scores(model, readings[:4]), found, strict=False):
            assert own.nats.mean() == pytest.approx(other.nats.mean(), abs=tolerance)


def test_a_bigram_model_says_its_own_table():
    from transformers import LlamaConfig, LlamaForCausalLM

    size = 12
    config = LlamaConfig(
        vocab_size=size, hidden_size=size, num_hidden_layers=0, num_attention_heads=1, rms_norm_eps=0.0
    )
    table = np.random.default_rng(2).dirichlet(np.ones(size), size=size)
    bigrams = LlamaForCausalLM(config).double().eval()
    with torch.no_grad():
        # Without layers the last norm makes of the embedding of a token, one in its own place, the root of the size.
        bigrams.get_input_embeddings().weight.copy_(torch.eye(size))
        bigrams.get_output_embeddings().weight.copy_(torch.from_numpy(np.log(table).T / np.sqrt(size)))
    model = LocalModel(str(student_path()), device="cpu")
    model.__dict__["_model"] = bigrams
    read = [3, 1, 4, 1, 5, 9, 2, 6]
    [found] = scores(model, [Reading(read, 2)])
    rows, tokens = table[read[1:-1]], np.array(read[2:])
    own = rows[np.arange(len(tokens)), tokens]
    np.testing.assert_allclose(found.nats, -np.log(own), atol=1e-12)
    np.testing.assert_array_equal(found.ranks, 1 + (rows > own[:, None]).sum(axis=1))


def test_windows_in_attention_see_what_they_do_without_steps():
    from transformers import Gemma3ForCausalLM, Gemma3TextConfig

    config = Gemma3TextConfig(
        vocab_size=90, hidden_size=32, intermediate_size=32, num_hidden_layers=4, num_attention_heads=2,
        num_key_value_heads=1, head_dim=16, sliding_window=8, layer_types=["sliding_attention", "full_attention"] * 2,
    )  # fmt: skip
    torch.manual_seed(0)
    model = LocalModel(str(student_path()), device="cpu")
    model.__dict__["_model"] = Gemma3ForCausalLM(config).double().eval()
    chance = np.random.default_rng(0)
    readings = [Reading(chance.integers(0, 90, length).tolist(), 1) for length in (70, 60, 25)]
    whole = scores(model, readings)
    model.most_logits = 3 * 90 * 11
    for own, other in zip(scores(model, readings), whole, strict=True):
        np.testing.assert_allclose(own.nats, other.nats, atol=1e-9)


def test_the_context_is_the_models_or_a_shorter_one(student):
    assert student.context == 2048
    assert LocalModel(str(student_path()), context=100).context == 100
    with pytest.raises(UsageError, match=r"a context of 4096 tokens is too long for the model, which knows 2048"):
        _ = LocalModel(str(student_path()), context=4096).context


def test_precision_and_weights_are_told(student, tmp_path):
    described = student.describe()
    assert described["dtype"] == "float64"
    assert LocalModel(str(student_path()), device="cpu").describe() == {**described, "dtype": "float32"}
    shutil.copytree(student_path(), tmp_path / "other")
    config = json.loads((tmp_path / "other/config.json").read_text())
    (tmp_path / "other/config.json").write_text(json.dumps(config | {"rms_norm_eps": 1e-5}))
    assert LocalModel(str(tmp_path / "other"), dtype="float64").describe()["model"] != described["model"]


def test_what_cannot_be_used_is_one_error(tmp_path):
    with pytest.raises(UsageError, match=r"there is no model folder"):
        LocalModel(str(tmp_path / "missing"))
    shutil.copytree(student_path(), tmp_path / "broken")
    (tmp_path / "broken/model.safetensors").write_bytes(b"torn")
    with pytest.raises(UsageError, match=r"broken cannot be read as a language model"):
        scores(LocalModel(str(tmp_path / "broken")), [Reading([1, 2], 1)])
    (tmp_path / "broken/config.json").write_text("{}")
    with pytest.raises(UsageError, match=r"broken cannot be read as a language model"):
        _ = LocalModel(str(tmp_path / "broken")).context
    with pytest.raises(UsageError, match=r"cannot use device 'cuda:99'"):
        scores(LocalModel(str(student_path()), device="cuda:99"), [Reading([1, 2], 1)])
    with pytest.raises(ValueError, match=r"'int3' is none of"):
        LocalModel(str(student_path()), dtype="int3")
    with pytest.raises(ValueError, match=r"holds no text"):
        LocalModel(str(student_path()), batch_tokens=0)


def test_losses_that_are_no_numbers_are_an_error(student):
    model = LocalModel(str(student_path()), device="cpu")
    with torch.no_grad():
        model._model.get_output_embeddings().weight.fill_(float("nan"))
    with pytest.raises(UsageError, match=r"the losses of .* are not finite"):
        scores(model, [Reading([1, 2, 3], 1)])


def test_memory_that_does_not_suffice_is_an_error(monkeypatch):
    def full(*_):
        raise torch.OutOfMemoryError

    model = LocalModel(str(student_path()))
    monkeypatch.setattr(model, "_score", full)
    with pytest.raises(UsageError, match=r"does not fit.*--batch-tokens"):
        scores(model, [Reading([1, 2, 3], 1)])
