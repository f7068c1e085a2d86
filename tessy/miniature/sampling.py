"""Samples a model of the embedded pair in batches, with transformers: for the training script and for tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import AutoTokenizer, PreTrainedTokenizerFast

from detectors.errors import require

OPENING = "<think>\n"
"""What the assistant's turn begins with."""


@dataclass(frozen=True, slots=True)
class Writer:
    """A loaded model and its tokenizer."""

    model: Any
    tokenizer: PreTrainedTokenizerFast

    def context(self, prompt: str) -> str:
        """Return the chat prompt of a question as text, up to where the thinking begins."""
        message = [{"role": "user", "content": prompt}]
        rendered = self.tokenizer.apply_chat_template(message, tokenize=False, add_generation_prompt=True)
        return f"{rendered}{OPENING}"

    def draft(self, contexts: Sequence[str], max_tokens: int, temperature: float) -> list[str]:
        """Continue every context; an end mark ends a text and is left out, ``</think>`` stays in.

        Parameters
        ----------
        contexts
            Whole contexts, control tokens spelled out.
        max_tokens
            The most tokens to write for each.
        temperature
            0 is greedy.
        """
        torch = require("torch", "torch")
        batch = self.tokenizer(list(contexts), add_special_tokens=False, padding=True, return_tensors="pt")
        sampled = {"do_sample": True, "temperature": temperature, "top_k": 0} if temperature else {"do_sample": False}
        with torch.inference_mode():
            ids = self.model.generate(
                input_ids=batch["input_ids"],
                attention_mask=batch["attention_mask"],
                max_new_tokens=max_tokens,
                **sampled,
            )
        new = ids[:, batch["input_ids"].shape[1] :]
        return [str(text) for text in self.tokenizer.batch_decode(new, skip_special_tokens=True)]


def load(folder: Path) -> Writer:
    """Load a model folder for sampling; needs torch."""
    transformers = require("transformers", "torch")
    require("torch", "torch")
    model = transformers.AutoModelForCausalLM.from_pretrained(folder)
    return Writer(model.eval(), AutoTokenizer.from_pretrained(folder))
