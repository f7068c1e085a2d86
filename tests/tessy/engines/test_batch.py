import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from tessy.engines.batch import BatchedModel, Continuation, KeyValues, sample
from tessy.miniature import student_path
from tessy.settings import Sampling

GREEDY = Sampling(temperature=0)


@pytest.fixture(scope="module")
def model():
    torch.set_num_threads(1)
    return AutoModelForCausalLM.from_pretrained(student_path(), dtype=torch.float32).eval()


@pytest.fixture(scope="module")
def prompts():
    tokenizer = AutoTokenizer.from_pretrained(student_path())
    texts = [
        "run 3 + 4 * 2",
        "sort b a",
        "run 1 + 1 + 1 + 1 Okay, let's see. First, 1 + 1 = 2." * 3,
        "count a in a b a",
    ]
    return [tokenizer.encode(text, add_special_tokens=False) for text in texts]


def alone(model, ids, count):
    """Continue greedily the slow way: the whole text again for every token."""
    ids = list(ids)
    for _ in range(count):
        with torch.inference_mode():
            ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    return ids[-count:]


def rows(prompts, *, count, seed=0, memories=None):
    memories = memories or [KeyValues() for _ in prompts]
    return [
        Continuation(memory, ids, count, frozenset(), seed + index)
        for index, (memory, ids) in enumerate(zip(memories, prompts, strict=True))
    ]


def test_a_batch_says_what_each_row_would_say_alone(model, prompts):
    batch = BatchedModel(model, GREEDY).generate(rows(prompts, count=6))
    assert [tokens for tokens, _ in batch] == [alone(model, ids, 6) for ids in prompts]


def test_memory_is_cropped_on_roll_back_and_grown_by_new_text(model, prompts):
    batched = BatchedModel(model, GREEDY)
    memories = [KeyValues() for _ in prompts]
    first = batched.generate(rows(prompts, count=5, memories=memories))
    # Keep two tokens of each draft, then other text of different lengths, as another model would write it.
    grown = [
        [*ids, *tokens[:2], *prompts[1][: 1 + index]]
        for index, (ids, (tokens, _)) in enumerate(zip(prompts, first, strict=True))
    ]
    assert all(memory.values.shape[3] == len(memory.token_ids) for memory in memories)
    second = batched.generate(rows(grown, count=5, memories=memories))
    assert [tokens for tokens, _ in second] == [alone(model, ids, 5) for ids in grown]


def test_a_newcomer_with_a_long_prompt_changes_nothing(model, prompts):
    batched = BatchedModel(model, GREEDY)
    memory = KeyValues()
    [(tokens, _)] = batched.generate(rows(prompts[:1], count=3, memories=[memory]))
    grown = [*prompts[0], *tokens]
    long = prompts[2] * 2
    assert len(long) > 64
    batch = batched.generate(rows([grown, long], count=4, memories=[memory, KeyValues()]))
    assert [new for new, _ in batch] == [alone(model, grown, 4), alone(model, long, 4)]


def test_rows_stop_at_their_own_end_and_length(model, prompts):
    end = alone(model, prompts[0], 3)[-1]
    batch = BatchedModel(model, GREEDY).generate(
        [
            Continuation(KeyValues(), prompts[0], 9, frozenset({end}), 0),
            Continuation(KeyValues(), prompts[1], 2, frozenset(), 0),
            Continuation(KeyValues(), prompts[1], 5, frozenset(), 0),
        ]
    )
    assert [(len(tokens), ended) for tokens, ended in batch] == [
        (batch[0][0].index(end) + 1, True),
        (2, False),
        (5, False),
    ]
    assert batch[2][0][:2] == batch[1][0]


def test_the_seed_decides_not_the_company(model, prompts):
    batched = BatchedModel(model, Sampling(temperature=1.0, top_p=1.0, top_k=0))
    together = batched.generate(rows(prompts, count=8, seed=10))
    apart = [batched.generate([row])[0] for row in rows(prompts, count=8, seed=10)]
    other = batched.generate(rows(prompts, count=8, seed=99))
    assert together == apart
    assert together != other


def test_sampling_follows_the_distribution():
    logits = torch.log(torch.tensor([[0.5, 0.3, 0.15, 0.05]])).repeat(4000, 1)
    draws = torch.linspace(0, 1, 4001)[:4000]

    def shares(**settings):
        tokens = sample(logits, Sampling(**{"temperature": 1.0, "top_p": 1.0, "top_k": 0, **settings}), draws)
        return (torch.bincount(tokens, minlength=4) / 4000).tolist()

    assert shares() == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.002)
    assert shares(top_k=2) == pytest.approx([0.625, 0.375, 0, 0], abs=0.002)
    assert shares(top_p=0.8) == pytest.approx([0.625, 0.375, 0, 0], abs=0.002)
    assert shares(top_p=0.01) == [1, 0, 0, 0]
    assert shares(temperature=0) == [1, 0, 0, 0]
    assert shares(temperature=0.5)[0] > 0.65
