"""The two tokenizers: they cut text into different tokens, and either can encode any Unicode text and give it back.

Both put white space at the start of a token and never join two words, so that a text cut at a word bound is encoded
piece by piece as it would be in one go.
"""

import json
from collections.abc import Iterable

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, trainers
from tokenizers.models import BPE
from transformers import PreTrainedTokenizerFast

THINK = "<think>"
THINK_END = "</think>"
MAX_LENGTH = 2048
"""Tokens: the longest context of either model."""

_STUDENT_MARKS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
_TEACHER_MARKS = ("<pad>", "<|start|>", "<|message|>", "<|end|>")

# Written like the templates of real reasoning models: past thinking is kept when a message carries it on its own.
_STUDENT_TEMPLATE = """\
{%- for message in messages -%}
{{- '<|im_start|>' + message.role + '\\n' -}}
{%- if message.role == 'assistant' and message.reasoning_content -%}
{{- '<think>\\n' + message.reasoning_content + '\\n</think>\\n\\n' -}}
{%- endif -%}
{{- message.content + '<|im_end|>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|im_start|>assistant\\n' -}}{%- endif -%}
"""
_TEACHER_TEMPLATE = """\
{%- for message in messages -%}
{{- '<|start|>' + message.role + '<|message|>' -}}
{%- if message.role == 'assistant' and message.reasoning_content -%}
{{- '<think>\\n' + message.reasoning_content + '\\n</think>\\n\\n' -}}
{%- endif -%}
{{- message.content + '<|end|>' -}}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|start|>assistant<|message|>' -}}{%- endif -%}
"""

# As Qwen's, but a line break never joins the sign before it, and signs are not grouped.
_STUDENT_WORD = r"'(?i:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}| ?[^\s\p{L}\p{N}]|\s*[\r\n]+|\s+(?!\S)|\s+"
_TEACHER_WORD = r"▁?\p{L}+|▁?\p{N}|[\r\n]+|▁?[^\s▁\p{L}\p{N}]|▁+|\s+"

# SentencePiece writes a blank as ▁ and so loses a ▁ of the text. An escape keeps both.
_BLANK = "▁"
_ESCAPE, _ESCAPED_ESCAPE, _ESCAPED_BLANK = "\ue000", "\ue000\ue001", "\ue000\ue002"


def _finish(tokenizer: Tokenizer, marks: Iterable[str], eos: str, pad: str, template: str) -> PreTrainedTokenizerFast:
    """Add the control tokens and wrap the tokenizer for transformers."""
    tokenizer.add_special_tokens([AddedToken(mark, special=True, normalized=False) for mark in marks])
    tokenizer.add_tokens([AddedToken(mark, special=False, normalized=False) for mark in (THINK, THINK_END)])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=eos,
        pad_token=pad,
        chat_template=template,
        model_max_length=MAX_LENGTH,
        clean_up_tokenization_spaces=False,
        padding_side="left",
    )


def student_tokenizer(texts: Iterable[str], size: int = 512) -> PreTrainedTokenizerFast:
    """Train the student's tokenizer: BPE over bytes, as GPT-2 and Qwen have it.

    Parameters
    ----------
    texts
        What to learn the merges from.
    size
        The most tokens, control tokens not counted; 256 are the bytes.
    """
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_STUDENT_WORD), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    return _finish(tokenizer, _STUDENT_MARKS, "<|im_end|>", "<|endoftext|>", _STUDENT_TEMPLATE)


def teacher_tokenizer(texts: Iterable[str], size: int = 512) -> PreTrainedTokenizerFast:
    """Train the teacher's tokenizer: BPE over characters with ▁ for blanks and bytes for the rest, as Gemma has it.

    Parameters
    ----------
    texts
        What to learn the merges from.
    size
        The most tokens, control tokens not counted; 256 are the bytes.
    """
    tokenizer = Tokenizer(BPE())
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(_ESCAPE, _ESCAPED_ESCAPE),
            normalizers.Replace(_BLANK, _ESCAPED_BLANK),
            normalizers.Replace(" ", _BLANK),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_TEACHER_WORD), behavior="isolated")
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace(_BLANK, " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Replace(_ESCAPED_BLANK, _BLANK),
            decoders.Replace(_ESCAPED_ESCAPE, _ESCAPE),
        ]
    )
    alphabet = [*sorted(chr(code) for code in range(33, 127)), "\n", _BLANK]
    trainer = trainers.BpeTrainer(vocab_size=size - 256, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.model = _with_bytes(tokenizer)
    return _finish(tokenizer, _TEACHER_MARKS, "<|end|>", "<pad>", _TEACHER_TEMPLATE)


def _with_bytes(tokenizer: Tokenizer) -> BPE:
    """Put the 256 byte tokens before the learned ones, for characters the vocabulary lacks."""
    learned = tokenizer.get_vocab()
    names = [f"<0x{value:02X}>" for value in range(256)] + sorted(learned, key=learned.__getitem__)
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return BPE(
        vocab={name: index for index, name in enumerate(names)},
        merges=[(left, right) for left, right in merges],
        byte_fallback=True,
    )
