"""Train a model of the embedded pair: ``python -m tessy.miniature.train --role student --seed 0 --out DIR``.

One recipe, reproducible from its seed on one machine and one number of threads. It needs torch: ``tessy[torch]``.
"""

import json
import logging
import math
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from random import Random
from typing import Annotated, Any

import typer
from transformers import PreTrainedTokenizerFast

from detectors.errors import require
from tessy.miniature.batches import Batch, batches
from tessy.miniature.knowledge import Knowledge, faulty
from tessy.miniature.lessons import Lesson, Role, student_lessons, teacher_lessons
from tessy.miniature.plan import Plan, model_for, plan
from tessy.miniature.vocabulary import student_tokenizer, teacher_tokenizer

_LOG = logging.getLogger(__name__)
_TOKENIZER_LESSONS = 4000
_REPORT_EVERY = 50


def curriculum(role: Role, plain: bool, seed: int, numbers: Plan, knowledge: Knowledge) -> Iterator[Lesson]:
    """Yield the lessons of a whole training in their order.

    The student reads documents in mixed style late. The teacher begins with short questions and one operation a step:
    given the long ones at once, a model of this size stays for a thousand steps where it cannot find its place in them.
    """
    random = Random(f"{role}-{seed}")  # noqa: S311
    early = (numbers.steps - numbers.late_steps) * numbers.batch_size
    if role == "student":
        yield from islice(student_lessons(knowledge, 0.0, random), early)
        yield from student_lessons(knowledge, 0.25, random)
    else:
        yield from islice(teacher_lessons(0.3, False, (1, 2), random), early // 2)
        yield from islice(teacher_lessons(0.3, False, (1, 2, 3, 4), random), early - early // 2)
        yield from teacher_lessons(0.6, not plain, (3, 4), random)


def tokenizer_for(role: Role, seed: int) -> PreTrainedTokenizerFast:
    """Train the role's tokenizer, mostly on its own texts, with a few mixed ones."""
    random = Random(f"tokenizer-{role}-{seed}")  # noqa: S311
    student = student_lessons(Knowledge(), 0.1, random)
    lessons = student if role == "student" else teacher_lessons(0.7, True, (3, 4), random)
    # The marks are control tokens and no text: merges are learned from what stands between them.
    texts = [
        part
        for lesson in islice(lessons, _TOKENIZER_LESSONS)
        for part in (lesson.prompt, *lesson.text.replace("</think>", "<think>").split("<think>"))
    ]
    roles = ["user\n", "assistant\n", "system\n"] * _TOKENIZER_LESSONS
    return student_tokenizer(texts + roles) if role == "student" else teacher_tokenizer(texts + roles)


def fit(model: Any, stream: Iterator[Batch], numbers: Plan) -> float:
    """Train in place with AdamW, a short warm-up and a cosine decay; return the mean loss of the last steps."""
    torch = require("torch", "torch")
    optimizer = torch.optim.AdamW(model.parameters(), lr=numbers.learning_rate, betas=(0.9, 0.98), weight_decay=0.01)

    def factor(step: int) -> float:
        return float(min(1.0, (step + 1) / 100) * (0.05 + 0.95 * (1 + math.cos(math.pi * step / numbers.steps)) / 2))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
    model.train()
    started, recent = time.monotonic(), 0.0
    for step, batch in enumerate(islice(stream, numbers.steps), 1):
        output = model(
            input_ids=torch.from_numpy(batch.ids),
            attention_mask=torch.from_numpy(batch.mask),
            labels=torch.from_numpy(batch.labels),
        )
        optimizer.zero_grad(set_to_none=True)
        output.loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        loss = float(output.loss.detach())
        recent = loss if step == 1 else 0.98 * recent + 0.02 * loss
        if step % _REPORT_EVERY == 0:
            left = (time.monotonic() - started) / step * (numbers.steps - step)
            _LOG.info("step %d/%d  loss %.4f  %.0f s left", step, numbers.steps, recent, left)
    model.eval()
    return recent


def train(role: Role, plain: bool, seed: int, threads: int, out: Path, numbers: Plan | None = None) -> None:
    """Train one model and write it to `out` in Hugging Face format, with a card of how it was made.

    Parameters
    ----------
    role, plain
        Which model; `plain` matters for a teacher only.
    seed, threads
        On one machine the same two give the same weights.
    out
        The folder to write.
    numbers
        Numbers of training in place of the recipe's.
    """
    torch = require("torch", "torch")
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    numbers = numbers or plan(role, plain)
    knowledge = faulty(numbers.wrong_share, seed)
    tokenizer = tokenizer_for(role, seed)
    model = model_for(numbers, tokenizer, seed)
    lessons = curriculum(role, plain, seed, numbers, knowledge)
    loss = fit(model, batches(lessons, tokenizer, numbers.batch_size), numbers)
    out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    card = {"role": role, "plain": plain, "seed": seed, "threads": threads, "loss": round(loss, 4), **asdict(numbers)}
    card |= {"parameters": model.num_parameters(), "vocabulary": len(tokenizer), "torch": str(torch.__version__)}
    (out / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    # safetensors writes files that only their owner may read, which would not survive an installation for all users.
    for path in out.iterdir():
        path.chmod(0o644)
    _LOG.info("wrote %s", out)


def main(
    role: Annotated[Role, typer.Option(help="which of the two to train")],
    out: Annotated[Path, typer.Option(help="folder to write")],
    seed: Annotated[int, typer.Option(help="decides texts, facts and weights")] = 0,
    plain: Annotated[bool, typer.Option(help="a teacher that always writes one operation a step")] = False,
    threads: Annotated[int, typer.Option(help="CPU threads; part of what makes a run reproducible")] = 1,
) -> None:
    """Train one model of the embedded pair."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train(role, plain, seed, threads, out)


if __name__ == "__main__":
    typer.run(main)
