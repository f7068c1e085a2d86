"""Batched continuation of token ids with one key-value cache a session, cropped on roll-back (torch)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch

from tessy.settings import Sampling

# Rows with more new tokens than this are read before the others join, so that nobody waits for a long prompt twice.
_LONG_READ = 32


@dataclass(slots=True)
class KeyValues:
    """What a model remembers of one session.

    Attributes
    ----------
    token_ids
        The tokens it has read.
    values
        Keys and values, ``[layers, 2, heads, tokens, head size]``; None before the first read.
    """

    token_ids: list[int] = field(default_factory=list)
    values: torch.Tensor | None = None

    def crop(self, tokens: int) -> None:
        """Forget everything after the first tokens."""
        if self.values is not None:
            del self.token_ids[tokens:]
            self.values = self.values[:, :, :, :tokens]


@dataclass(frozen=True, slots=True)
class Continuation:
    """One row of a batch: continue `token_ids`, reusing and replacing what `memory` holds."""

    memory: KeyValues
    token_ids: Sequence[int]
    max_tokens: int
    end_ids: frozenset[int]
    seed: int


def _common_prefix(read: Sequence[int], wanted: Sequence[int]) -> int:
    """Count the tokens both start with; the last wanted one is left out, because its logits are needed."""
    size = min(len(read), len(wanted) - 1)
    differ = np.nonzero(np.asarray(read[:size]) != np.asarray(wanted[:size]))[0]
    return int(differ[0]) if differ.size else size


def sample(logits: torch.Tensor, sampling: Sampling, draws: torch.Tensor) -> torch.Tensor:
    """Draw one token a row, the way vLLM does: temperature, then top-k, then top-p.

    Parameters
    ----------
    logits
        ``[rows, vocabulary]``, float32.
    sampling
        Shared by all rows.
    draws
        ``[rows]``, uniform in 0..1: the only chance there is.

    Returns
    -------
    torch.Tensor
        Token ids, ``[rows]``, int64.
    """
    if sampling.temperature == 0:
        return logits.argmax(-1)
    count = sampling.top_k if 0 < sampling.top_k < logits.shape[-1] else logits.shape[-1]
    best, ids = torch.topk(logits / sampling.temperature, count, dim=-1)
    mass = torch.softmax(best, dim=-1).cumsum(-1)
    inside = torch.cat([torch.zeros_like(mass[:, :1]), mass[:, :-1]], dim=-1) < sampling.top_p
    inside[:, 0] = True
    total = torch.where(inside, mass, 0.0).amax(-1)
    chosen = (mass < (draws * total).unsqueeze(-1)).sum(-1).clamp(max=count - 1)
    chosen = torch.minimum(chosen, inside.sum(-1) - 1)
    return ids.gather(-1, chosen.unsqueeze(-1)).squeeze(-1)


class BatchedModel:
    """A causal language model that continues many sessions in one forward pass.

    Parameters
    ----------
    model
        A transformers model in evaluation mode.
    sampling
        How tokens are drawn.
    """

    def __init__(self, model: Any, sampling: Sampling) -> None:
        self._model = model
        self._sampling = sampling

    def _read(self, rows: Sequence[Continuation], until: Sequence[int], count: int) -> tuple[Any, Any, Any]:
        """Feed the last `count` of each row's first `until` tokens; return logits, cache and mask.

        Rows stand right-aligned, without a gap between what is remembered and what is new, so that windows of
        attention see the distances they were made for. A row with fewer new tokens reads some of its own again.
        """
        from transformers import DynamicCache

        device = self._model.device
        remembered = [max(0, length - count) for length in until]
        width = max(remembered)
        sample_values = next((row.memory.values for row in rows if row.memory.values is not None), None)
        cache = DynamicCache()
        if width and sample_values is not None:
            layers, _, heads, _, size = sample_values.shape
            joined = sample_values.new_zeros((layers, 2, len(rows), heads, width, size))
            for index, (row, length) in enumerate(zip(rows, remembered, strict=True)):
                if length and row.memory.values is not None:
                    joined[:, :, index, :, width - length :] = row.memory.values[:, :, :, :length]
            for layer in range(layers):
                cache.update(joined[layer, 0], joined[layer, 1], layer)
        ids = torch.zeros((len(rows), count), dtype=torch.long)
        mask = torch.zeros((len(rows), width + count), dtype=torch.long)
        for index, (row, length) in enumerate(zip(rows, until, strict=True)):
            new = row.token_ids[max(0, length - count) : length]
            ids[index, count - len(new) :] = torch.as_tensor(new)
            mask[index, width + count - length :] = 1
        positions = (mask.cumsum(-1) - 1).clamp(min=0)[:, width:]
        mask = mask.to(device)
        output = self._model(
            input_ids=ids.to(device),
            attention_mask=mask,
            position_ids=positions.to(device),
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        return output.logits[:, -1].float(), output.past_key_values, mask

    def _remember(self, rows: Sequence[Continuation], cache: Any, token_ids: Sequence[list[int]]) -> None:
        """Copy each row's keys and values out of the batch's cache; `token_ids` are those the cache has read."""
        joined = torch.stack([torch.stack([layer.keys, layer.values]) for layer in cache.layers])
        width = joined.shape[-2]
        for index, (row, ids) in enumerate(zip(rows, token_ids, strict=True)):
            row.memory.token_ids = ids
            row.memory.values = joined[:, :, index, :, width - len(ids) :].clone()

    def generate(self, rows: Sequence[Continuation]) -> list[tuple[list[int], bool]]:
        """Continue every row by up to its `max_tokens` tokens.

        Returns
        -------
        list
            For each row its new tokens, an end token included, and whether it ended by itself.
        """
        with torch.inference_mode():
            return self._generate(rows)

    def _generate(self, rows: Sequence[Continuation]) -> list[tuple[list[int], bool]]:
        for row in rows:
            row.memory.crop(_common_prefix(row.memory.token_ids, row.token_ids))
        unread = [len(row.token_ids) - len(row.memory.token_ids) for row in rows]
        long = [row for row, count in zip(rows, unread, strict=True) if count > _LONG_READ]
        if long and len(rows) > 1:
            until = [len(row.token_ids) - 1 for row in long]
            count = max(length - len(row.memory.token_ids) for row, length in zip(long, until, strict=True))
            _, cache, _ = self._read(long, until, count)
            self._remember(long, cache, [list(row.token_ids[:-1]) for row in long])
            unread = [len(row.token_ids) - len(row.memory.token_ids) for row in rows]
        return self._decode(rows, max(unread))

    def _decode(self, rows: Sequence[Continuation], unread: int) -> list[tuple[list[int], bool]]:
        lengths = [len(row.token_ids) for row in rows]
        steps = max(row.max_tokens for row in rows)
        draws = np.stack([np.random.default_rng(row.seed).random(steps) for row in rows])
        logits, cache, mask = self._read(rows, lengths, unread)
        draws_on_device = torch.as_tensor(draws, dtype=torch.float32, device=logits.device)
        position = torch.as_tensor(lengths, device=logits.device).unsqueeze(-1)
        made: list[list[int]] = [[] for _ in rows]
        ended = [False] * len(rows)
        fed: list[list[int]] = [list(row.token_ids) for row in rows]
        for step in range(steps):
            tokens = sample(logits, self._sampling, draws_on_device[:, step])
            listed = tokens.tolist()
            for index, (row, token) in enumerate(zip(rows, listed, strict=True)):
                if not ended[index] and len(made[index]) < row.max_tokens:
                    made[index].append(token)
                    ended[index] = token in row.end_ids
            busy = (not end and len(new) < row.max_tokens for end, new, row in zip(ended, made, rows, strict=True))
            if not any(busy):
                break
            mask = torch.cat([mask, mask.new_ones((len(rows), 1))], dim=-1)
            output = self._model(
                input_ids=tokens.unsqueeze(-1),
                attention_mask=mask,
                position_ids=position + step,
                past_key_values=cache,
                use_cache=True,
            )
            logits = output.logits[:, -1].float()
            for ids, token in zip(fed, listed, strict=True):
                ids.append(token)
        self._remember(rows, cache, fed)
        return list(zip(made, ended, strict=True))
