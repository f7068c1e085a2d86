"""Fine-tunes the embedded student on three kinds of traces and keeps the losses: what the loss curves show.

Run it with ``python -m benchmarks.figures --train``; it needs torch and about a minute. The losses it wrote lie in
``benchmarks/figures/losses/``, as Hugging Face's trainers write them, so that the figure needs no training.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Final

from detectors.errors import require
from tessy.miniature import student_path
from tessy.miniature.batches import batches
from tessy.miniature.knowledge import Knowledge, faulty
from tessy.miniature.lessons import Lesson, student_lessons, teacher_lessons

FOLDER: Final = Path(__file__).parent / "losses"
RUNS: Final[Mapping[str, str]] = {
    "student": "its own traces",
    "synthesized": "its style, right facts",
    "teacher": "the teacher's traces",
}
"""What each run learns from, by the role that such traces have in the method."""
_STEPS, _BATCH, _RATE, _WRONG = 300, 16, 3e-4, 0.15


def lessons(role: str) -> Iterator[Lesson]:
    """Yield what a run learns from."""
    random = Random(f"losses-{role}")
    if role == "teacher":
        return teacher_lessons(1.0, True, (3, 4), random)
    return student_lessons(faulty(_WRONG, 0) if role == "student" else Knowledge(), 0.0, random)


def train(role: str) -> list[dict[str, float]]:
    """Fine-tune the embedded student, and return its loss before each step, in nats a token."""
    torch = require("torch", "torch")
    transformers = require("transformers", "torch")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    model = transformers.AutoModelForCausalLM.from_pretrained(student_path()).train()
    stream = batches(lessons(role), transformers.AutoTokenizer.from_pretrained(student_path()), _BATCH)
    optimizer = torch.optim.AdamW(model.parameters(), lr=_RATE)
    records = []
    for step in range(1, _STEPS + 1):
        batch = next(stream)
        arrays = {"input_ids": batch.ids, "attention_mask": batch.mask, "labels": batch.labels}
        loss = model(**{name: torch.from_numpy(array) for name, array in arrays.items()}).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        records.append({"step": step, "loss": round(float(loss.detach()), 4)})
    return records


def write_losses(folder: Path = FOLDER) -> None:
    """Train all runs and write their logs."""
    folder.mkdir(parents=True, exist_ok=True)
    for role in RUNS:
        lines = ",\n".join(json.dumps(record) for record in train(role))
        (folder / f"{role}.json").write_text(f'{{"log_history": [\n{lines}\n]}}\n', encoding="utf-8")
