import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.fitting.training_examples import UNLABELLED, class_weights, collate, examples, f1
from detectors.alignment import Alignment
from detectors.encoding import encode
from detectors.errors import DataError
from tests.analysis.conftest import make_label
from tests.tokenizers_for_tests import qwen3

ALIGNMENTS = [Alignment(shift=-2, stride=8, before=(7,), after=3), Alignment(shift=1, stride=8), Alignment(shift=0)]


@given(st.integers(0, 40), st.sampled_from(ALIGNMENTS))
def test_every_token_of_a_word_is_labelled_where_its_decision_is_read(number, alignment):
    label = make_label(number)
    encoding = encode(qwen3(), label.text)
    style = {
        token
        for part, (first, end) in zip(encoding.parts, encoding.tokens_of, strict=True)
        if any(span.start <= part.start < span.end for span in label.spans)
        for token in range(first, end)
    }
    found = examples([label], qwen3(), alignment)
    readings = alignment.readings(encoding.token_ids)
    assert [example["input_ids"] for example in found] == [reading.token_ids for reading in readings]
    for example, reading in zip(found, readings, strict=True):
        judged = dict(zip(reading.positions, range(reading.first, len(encoding.token_ids)), strict=False))
        for position, at in enumerate(example["labels"]):
            if at == UNLABELLED:
                assert position not in judged or not any(
                    first <= judged[position] < end for first, end in encoding.tokens_of
                )
            else:
                assert at == (judged[position] in style)


def test_the_rarer_class_is_weighed_up():
    found = examples([make_label(number) for number in range(5)], qwen3(), ALIGNMENTS[0])
    counts = [sum(example["labels"].count(label) for example in found) for label in (0, 1)]
    assert class_weights(found, 0.0) == (1.0, 1.0)
    capability, style = class_weights(found, 1.0)
    assert capability * counts[0] == pytest.approx(style * counts[1])


def test_one_class_alone_cannot_be_learned():
    with pytest.raises(DataError, match="both style words and others"):
        class_weights([{"input_ids": [1, 2], "labels": [0, UNLABELLED]}], 0.0)


def test_padding_is_masked_and_unlabelled():
    import torch

    batch = collate([{"input_ids": [5, 6, 7], "labels": [1, 0, 1]}, {"input_ids": [8], "labels": [0]}])
    assert {tensor.shape for tensor in batch.values()} == {(2, 16)}
    assert batch["input_ids"][:, :4].tolist() == [[5, 6, 7, 0], [8, 0, 0, 0]]
    assert batch["attention_mask"][:, :4].tolist() == [[1, 1, 1, 0], [1, 0, 0, 0]]
    assert batch["labels"][:, :4].tolist() == [[1, 0, 1, UNLABELLED], [0, UNLABELLED, UNLABELLED, UNLABELLED]]
    assert (batch["labels"][:, 3:] == UNLABELLED).all()
    states = collate([{"input_ids": [5, 6], "labels": [1, 0], "states": torch.ones(2, 4)}])
    assert states["inputs_embeds"].shape == (1, 16, 4)
    assert states["inputs_embeds"].sum() == 8
    assert "input_ids" not in states


def test_f1_counts_labelled_positions_at_the_threshold():
    logits = np.array([[[0.0, 3.0], [0.0, -3.0], [0.0, 3.0], [0.0, 0.5]]])
    labels = np.array([[1, 1, UNLABELLED, 0]])
    assert f1(logits, labels, 0.8)["f1"] == pytest.approx(2 / 3)
    assert f1(logits, labels, 0.5)["f1"] == pytest.approx(0.5)
    assert f1(logits, np.full((1, 4), UNLABELLED), 0.5)["f1"] == 1.0
