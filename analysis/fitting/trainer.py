"""The transformers Trainer, set up for boundary predictors; imported when a training starts."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.fitting.base_model import halves_precision, load_base, parameter_groups
from analysis.fitting.frozen_layers import freeze, recalled
from analysis.fitting.training_examples import UNLABELLED, Example, class_weights, collate, examples, f1
from analysis.fitting.training_settings import Report, TrainingSettings, TrainingStep
from analysis.labels import LabelledText
from detectors.alignment import Alignment
from detectors.token_classification import quiet_loading

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


def train(
    model: str | Path,
    *,
    tokenizer: "PreTrainedTokenizerFast",
    alignment: Alignment,
    settings: TrainingSettings,
    trained_on: Sequence[LabelledText],
    held_out: Sequence[LabelledText],
    work: Path,
    out: Path,
    threshold: float,
    report: Report | None,
) -> None:
    """Train, and write the model with its tokenizer as a Hugging Face folder.

    Parameters
    ----------
    model, tokenizer
        The language model, by folder or hub name, and its tokenizer.
    alignment, settings, threshold
        How tokens are read and judged, and how to train.
    trained_on, held_out
        Labelled texts; without held-out ones nothing is judged and training never stops early.
    work
        Folder for the Trainer's checkpoints; the last one there is gone on from.
    out
        Folder to write the result to.
    report
        Told after every step how far it is.
    """
    import torch
    import transformers
    from transformers.trainer_utils import get_last_checkpoint

    transformers.set_seed(settings.seed)
    classifier = load_base(model, settings, alignment)
    if torch.cuda.is_available():
        classifier.cuda()  # before the optimizer and the frozen layers' states are made
    freeze(classifier, settings.frozen)
    own = examples(trained_on, tokenizer, alignment)
    judged = examples(held_out, tokenizer, alignment)
    weights = class_weights(own, settings.balance)
    half = halves_precision()
    with recalled(classifier, settings.frozen, [*own, *judged], half=half) as found:
        trainer = _trainer(
            classifier, found[: len(own)], found[len(own) :], settings, weights, work, threshold, half=half
        )
        trainer.remove_callback(transformers.PrinterCallback)
        if report is not None:
            trainer.add_callback(_reporter(report))
        work.mkdir(parents=True, exist_ok=True)
        with quiet_loading():
            trainer.train(resume_from_checkpoint=get_last_checkpoint(str(work)))
    with quiet_loading():
        classifier.to("cpu").save_pretrained(out)
    tokenizer.save_pretrained(out)


def _trainer(
    model: Any,
    own: list[Example],
    judged: list[Example],
    settings: TrainingSettings,
    weights: tuple[float, float],
    work: Path,
    threshold: float,
    *,
    half: bool,
) -> Any:
    import torch
    from transformers import EarlyStoppingCallback, Trainer, TrainingArguments

    arguments = TrainingArguments(
        output_dir=str(work),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.batch,
        per_device_eval_batch_size=settings.batch,
        train_sampling_strategy="group_by_length",
        learning_rate=settings.learning_rate,
        lr_scheduler_type="linear",
        warmup_steps=settings.warmup,
        max_grad_norm=1.0,
        bf16=half,
        use_cpu=not torch.cuda.is_available(),
        dataloader_pin_memory=torch.cuda.is_available(),
        seed=settings.seed,
        logging_steps=10,
        logging_nan_inf_filter=False,
        save_strategy="epoch",
        save_total_limit=1,
        eval_strategy="epoch" if judged else "no",
        load_best_model_at_end=bool(judged),
        metric_for_best_model="f1" if judged else None,
        greater_is_better=True,
        remove_unused_columns=False,
        label_names=["labels"],
        report_to="none",
        disable_tqdm=True,
        log_level="error",
    )

    def loss(outputs: Any, labels: Any, **_: object) -> Any:
        logits = outputs["logits"].float().flatten(0, 1)
        weight = torch.tensor(weights, device=logits.device)
        return torch.nn.functional.cross_entropy(logits, labels.flatten(), weight=weight, ignore_index=UNLABELLED)

    optimizer = torch.optim.AdamW(
        parameter_groups(model, settings),
        lr=settings.learning_rate,
        betas=(0.9, 0.98),
        weight_decay=settings.weight_decay,
    )
    return Trainer(
        model=model,
        args=arguments,
        data_collator=collate,
        train_dataset=own,
        eval_dataset=judged or None,
        compute_loss_func=loss,
        compute_metrics=lambda found: f1(found.predictions, found.label_ids, threshold),
        callbacks=[EarlyStoppingCallback(settings.patience)] if judged else None,
        optimizers=(optimizer, None),
    )


def _reporter(report: Report) -> Any:
    from transformers import TrainerCallback

    class Reporter(TrainerCallback):  # type: ignore[misc]
        """Hands on how far the training is."""

        def on_step_end(self, args: Any, state: Any, control: Any, **_: object) -> None:
            report(TrainingStep(state.global_step, state.max_steps))

        def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: object) -> None:
            if logs and ("loss" in logs or "eval_f1" in logs):
                report(TrainingStep(state.global_step, state.max_steps, logs.get("loss"), logs.get("eval_f1")))

    return Reporter()
