"""A language model so small that tests make, train and serve it in seconds, and a token classifier drawn at random."""

from pathlib import Path

from tests import tokenizers_for_tests

TEXT = "Okay, let's see. The sum is 3 + 4 = 7. Wait, let me check this again.\nHmm. So f(17) = 93.\n\n"


def tiny_llama(folder: Path, *, seed: int = 0) -> Path:
    """Write a Llama of two layers and width 64 with random weights and Qwen's way to cut tokens."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    # Threads that spin for a core which another process holds make so small a model ten times slower.
    torch.set_num_threads(1)
    tokenizer = tokenizers_for_tests.qwen3()
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=32,
        max_position_embeddings=1024,
        initializer_range=0.2,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        tie_word_embeddings=True,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def tiny_checkpoint(folder: Path, *, style: int = 1, seed: int = 0, **fields: object) -> Path:
    """Write a token classifier with random weights; `fields` go into its configuration."""
    import torch
    from transformers import AutoConfig, AutoModelForTokenClassification

    tiny_llama(folder, seed=seed)
    names = {style: "style", 1 - style: "capability"}
    config = AutoConfig.from_pretrained(
        folder, num_labels=2, id2label=names, label2id={name: index for index, name in names.items()}
    )
    for name, value in fields.items():
        setattr(config, name, value)
    torch.manual_seed(seed)
    model = AutoModelForTokenClassification.from_pretrained(folder, config=config, dtype=torch.float32)
    torch.nn.init.normal_(model.score.weight, std=0.2)
    model.save_pretrained(folder)
    return folder
