"""The numbers of the training recipe, and the untrained model they describe."""

from dataclasses import dataclass
from typing import Any

from transformers import PreTrainedTokenizerFast

from detectors.errors import require
from tessy.miniature.lessons import Role
from tessy.miniature.vocabulary import MAX_LENGTH


@dataclass(frozen=True, slots=True)
class Plan:
    """The numbers of one role's training.

    Attributes
    ----------
    hidden_size, intermediate_size
        Widths of the model; heads are 32 wide, there are three layers.
    steps
        Optimizer steps in all.
    late_steps
        How many of them, at the end, follow the second half of the curriculum: for the student documents in mixed
        style, for the teacher dense steps.
    wrong_share
        The share of arithmetic facts taught wrong.
    batch_size, learning_rate
        Lessons a step, and the peak of the cosine schedule.
    """

    hidden_size: int
    intermediate_size: int
    steps: int
    late_steps: int
    wrong_share: float = 0.0
    batch_size: int = 32
    learning_rate: float = 3e-3


def plan(role: Role, plain: bool) -> Plan:
    """Return the recipe's numbers."""
    if role == "student":
        return Plan(hidden_size=64, intermediate_size=160, steps=2000, late_steps=600, wrong_share=0.15)
    late = 600 if plain else 1500
    return Plan(hidden_size=96, intermediate_size=256, steps=900 + late, late_steps=late)


def model_for(numbers: Plan, tokenizer: PreTrainedTokenizerFast, seed: int) -> Any:
    """Build the untrained Llama model; float32, tied embeddings, heads 32 wide, weights drawn from the seed."""
    torch, transformers = require("torch", "torch"), require("transformers", "torch")
    torch.manual_seed(seed)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=numbers.hidden_size,
        intermediate_size=numbers.intermediate_size,
        num_hidden_layers=3,
        num_attention_heads=numbers.hidden_size // 32,
        num_key_value_heads=numbers.hidden_size // 32,
        head_dim=32,
        max_position_embeddings=MAX_LENGTH,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        dtype="float32",
    )
    return transformers.LlamaForCausalLM(config)
