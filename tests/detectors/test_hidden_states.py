import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.encoding import settled_characters
from detectors.errors import DetectorFolderError, UsageError
from detectors.hidden_states import HiddenStates
from detectors.lower_layers import FINAL, count_layers, layer_name, layer_of
from detectors.spans import words
from tests.support.classifiers import TEXT, tiny_llama

texts = st.lists(st.sampled_from(["Okay,", "so", "3", "+", "4", "7.", "f(17)", "\n", "é?", "!!"]), max_size=40)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tiny_llama(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def model(folder):
    return HiddenStates(str(folder), [0, 1, 2], stride=16)


def states_of(model, text):
    found = np.full((len(words(text)), len(model.layers), 64), np.nan, dtype=np.float32)
    for piece in model.read([text]):
        found[piece.first : piece.first + len(piece.states)] = piece.states
    return found


def test_states_are_those_transformers_gives_at_the_last_token_of_each_word(folder, model):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    text = "Okay, so f(17) = 3."
    encoding, tokenizer = model.encode(text), AutoTokenizer.from_pretrained(folder)
    read = [tokenizer.eos_token_id, *encoding.token_ids]
    whole = AutoModelForCausalLM.from_pretrained(folder).eval()
    with torch.no_grad():
        output = whole(torch.tensor([read]), output_hidden_states=True).hidden_states
        last = [end for _, end in encoding.tokens_of]
        found = states_of(model, text)
        np.testing.assert_allclose(found[:, 0], output[0][0, last], atol=1e-4)
        np.testing.assert_allclose(found[:, 1], output[1][0, last], atol=1e-4)
        normed = whole.model.norm(torch.from_numpy(found[:, 2]))
        np.testing.assert_allclose(normed, output[2][0, last], atol=1e-4)


def test_the_final_states_are_what_the_head_reads(folder):
    import torch
    from transformers import AutoModelForCausalLM

    text = "Okay, so f(17) = 3."
    final = HiddenStates(str(folder), [FINAL, 1], stride=16)
    encoding = final.encode(text)
    whole = AutoModelForCausalLM.from_pretrained(folder).eval()
    read = torch.tensor([[final._begin, *encoding.token_ids]])
    with torch.no_grad():
        logits, hidden = whole(read).logits[0], whole(read, output_hidden_states=True).hidden_states
        last = [end for _, end in encoding.tokens_of]
        states = torch.from_numpy(states_of(final, text))
        np.testing.assert_allclose(whole.lm_head(states[:, 0]), logits[last], atol=1e-4)
        np.testing.assert_allclose(states[:, 1], hidden[1][0, last], atol=1e-4)


@pytest.mark.parametrize(("layer", "name"), [(FINAL, "final"), (0, 0), (17, 17)])
def test_a_layer_goes_by_its_name(layer, name):
    assert layer_name(layer) == name
    assert layer_of(name) == layer_of(str(name)) == layer


@pytest.mark.parametrize("name", ["last", "-1", -1, "1.5", ""])
def test_what_names_no_layer_is_refused(name):
    with pytest.raises(ValueError, match="neither 'final' nor a number"):
        layer_of(name)


def test_layers_above_the_highest_are_not_there(folder, model):
    low = HiddenStates(str(folder), [1], stride=16)
    np.testing.assert_allclose(states_of(low, TEXT)[:, 0], states_of(model, TEXT)[:, 1], atol=1e-6)
    assert sum(1 for name, _ in low._model.named_parameters() if "mlp.up_proj" in name) == 1


def test_texts_read_together_have_the_states_they_have_alone(model):
    many = [TEXT * 3, "", "Hmm.", "   \n", TEXT]
    found = [np.full((len(words(text)), 3, 64), np.nan, dtype=np.float32) for text in many]
    for piece in model.read(many):
        found[piece.text][piece.first : piece.first + len(piece.states)] = piece.states
    for text, states in zip(many, found, strict=True):
        np.testing.assert_allclose(states, states_of(model, text), atol=1e-4)
        assert not np.isnan(states).any()


@settings(max_examples=30)
@given(texts, texts)
def test_states_do_not_change_when_the_text_goes_on(model, text, more):
    before, after = " ".join(text), " ".join([*text, *more])
    settled = settled_characters(before, model.encode(before), 0)
    count = sum(word.end <= settled for word in words(before))
    # Sums of another length are added up in another order: float32 differs by more than a last bit.
    np.testing.assert_allclose(states_of(model, before)[:count], states_of(model, after)[:count], atol=1e-4)


def test_the_model_must_be_the_one_expected(folder):
    assert HiddenStates(str(folder), [1]).fingerprint == HiddenStates(str(folder), [2]).fingerprint
    with pytest.raises(DetectorFolderError, match="has the hash"):
        list(HiddenStates(str(folder), [1], fingerprint="0" * 64).read(["So"]))
    with pytest.raises(DetectorFolderError, match="fit the probe again"):
        list(HiddenStates("/no/such/model", [1], fingerprint="0" * 64).read(["So"]))


def test_what_cannot_be_read_is_refused(folder, tmp_path):
    with pytest.raises(UsageError, match="there is no layer 3"):
        list(HiddenStates(str(folder), [3]).read(["So"]))
    with pytest.raises(UsageError, match="cannot be read as a language model"):
        count_layers(tmp_path)
    for layers in ([], [-2], [2, 1], [1, 1]):
        with pytest.raises(ValueError, match="layers must be"):
            HiddenStates(str(folder), layers)
    with pytest.raises(ValueError, match="a window needs"):
        HiddenStates(str(folder), [1], stride=0)
    assert count_layers(folder) == 2
