"""The whole method on the embedded pair: measure, fit, synthesize, check, draw.

Everything is known of this pair, so every step is scored against the truth.
"""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from analysis import divergence, plots
from analysis.evaluation import Scores, score
from analysis.fitting import fit_logistic
from analysis.induction import induce_lexicon
from analysis.jsonl import write_rows
from analysis.labels import LabelledText
from detectors.base import Detector
from detectors.store import save
from tessy.engines import open_engine
from tessy.miniature import check, questions, student_path, style_spans, teacher_path
from tessy.preview import legend, panel, save_picture
from tessy.prompts import Prompt
from tessy.records import trace_row
from tessy.settings import Limits, ModelSettings, Sampling
from tessy.synthesizer import Synthesizer
from tessy.trace import Role, Trace

FIT_QUESTIONS = 128
"""Questions whose traces the detectors are fitted to; the others are for synthesis and for every score."""

# The world's vocabulary is small: cutting its tail would hide the models' own variety.
_SAMPLING = Sampling(temperature=0.6, top_p=1.0, top_k=0)
_LIMITS = Limits(thinking_tokens=400, answer_tokens=32)
_SHOWN = 3
_TOP_TERMS = 6

Traces = Sequence[Trace]


@contextmanager
def _step(console: Console, what: str) -> Iterator[None]:
    begun = time.perf_counter()
    with console.status(what):
        yield
    console.print(f"{time.perf_counter() - begun:5.1f} s  {what}", highlight=False)


def _write(
    recipe: str, prompts: Sequence[Prompt], out: Path, seed: int, detector: Detector | None = None
) -> list[Trace]:
    """Let one recipe answer the prompts and write its rows."""
    student, teacher = (
        open_engine(ModelSettings(model=str(path), sampling=_SAMPLING, batch_size=256))
        for path in (student_path(), teacher_path())
    )
    synthesizer = Synthesizer(
        student, teacher, detector, recipe=recipe, limits=_LIMITS, draft_tokens=12, seed=seed, concurrency=256
    )
    traces = synthesizer.synthesize(prompts)
    provenance = synthesizer.describe()
    write_rows(out, (trace_row(trace, provenance) for trace in traces))
    return traces


def _accuracy(traces: Traces) -> float:
    """Share of right answers, every one checked by program."""
    return sum(check(trace.prompt.messages[-1]["content"], trace.answer) for trace in traces) / len(traces)


def _style_words(traces: Traces) -> divergence.Counts:
    """Count the words that are style in truth."""
    return divergence.count_words(
        trace.thinking[span.start : span.end] for trace in traces for span in style_spans(trace.thinking)
    )


def _labelled(traces: Traces) -> list[LabelledText]:
    """Label the style spans of traces with the truth."""
    return [
        LabelledText(
            f"{trace.id}-{trace.segments[0].role}",
            trace.thinking,
            tuple(style_spans(trace.thinking)),
            question=trace.id,
        )
        for trace in traces
    ]


def _scores(detector: Detector, traces: Traces) -> Scores:
    labels = _labelled(traces)
    return score(labels, [detector.spans(label.text) for label in labels])


def _share(traces: Traces) -> float:
    tokens = [trace.tokens for trace in traces]
    teacher = sum(count[Role.TEACHER] for count in tokens)
    return teacher / sum(sum(count.values()) for count in tokens)


def run_demo(out: Path, *, traces: int = 128, seed: int = 0) -> None:
    """Run the demo and write its traces, detectors, figures and ``report.json``.

    Parameters
    ----------
    out
        The folder for all of it.
    traces
        How many traces to synthesize.
    seed
        Of the questions and of all sampling.

    Raises
    ------
    TessyError
        When a model cannot be loaded or the folder not be written.
    """
    console = Console()
    out.mkdir(parents=True, exist_ok=True)
    asked = questions("run", FIT_QUESTIONS + traces, seed)
    prompts = [Prompt.from_text(question.prompt, id=question.id) for question in asked]

    with _step(console, f"the student answers {len(prompts)} questions alone"):
        student = _write("student-only", prompts, out / "student.jsonl", seed)
    with _step(console, f"the teacher answers {len(prompts)} questions alone"):
        teacher = _write("teacher-only", prompts, out / "teacher.jsonl", seed)
    own, taught = student[FIT_QUESTIONS:], teacher[FIT_QUESTIONS:]

    with _step(console, f"detectors are fitted to {FIT_QUESTIONS} of them, and scored on the rest"):
        lexicon = induce_lexicon(
            [trace.thinking for trace in student[:FIT_QUESTIONS]],
            [trace.thinking for trace in teacher[:FIT_QUESTIONS]],
            prompts=[question.prompt for question in asked[:FIT_QUESTIONS]],
        )
        logistic = fit_logistic(_labelled([*student[:FIT_QUESTIONS], *teacher[:FIT_QUESTIONS]]))
        scores = {}
        for name, detector in (("lexicon", lexicon), ("logistic", logistic)):
            scores[name] = _scores(detector, [*own, *taught]).as_dict()
            save(detector, out / "detectors" / name, card={"scores": {"how": "against the truth", **scores[name]}})

    with _step(console, f"both write {traces} traces together, the lexicon decides who"):
        together = _write("tessy", prompts[FIT_QUESTIONS:], out / "synthesized.jsonl", seed, lexicon)

    words = {"student": _style_words(own), "teacher": _style_words(taught), "tessy": _style_words(together)}
    terms = divergence.log_odds(words["student"], words["teacher"])
    similarity = divergence.tfidf_similarity(
        {
            name: [trace.thinking for trace in group]
            for name, group in (("student", own), ("teacher", taught), ("tessy", together))
        }
    )
    report = {
        "questions": traces,
        "seed": seed,
        "accuracy_student": _accuracy(own),
        "accuracy_teacher": _accuracy(taught),
        "accuracy_tessy": _accuracy(together),
        "style_jsd_teacher": divergence.jensen_shannon(words["teacher"], words["student"]),
        "style_jsd_tessy": divergence.jensen_shannon(words["tessy"], words["student"]),
        "tfidf_similarity_teacher": similarity["student", "teacher"],
        "tfidf_similarity_tessy": similarity["student", "tessy"],
        "teacher_token_share": _share(together),
        "hand_overs_per_trace": sum(trace.hand_overs for trace in together) / traces,
        "detectors": scores,
    }
    (out / "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    with _step(console, "figures are drawn"):
        for suffix in ("png", "pdf"):
            plots.save_figure(plots.plot_log_odds(terms), out / f"log-odds.{suffix}")
            plots.save_figure(plots.plot_similarity(similarity), out / f"similarity.{suffix}")
        save_picture(together[:_SHOWN], out / "traces.svg", title="tessy-synth demo")

    _show(console, report, together, [term.term for term in terms])
    console.print(f"all of it is in {out}/", highlight=False)


def _show(console: Console, report: dict[str, object], together: Traces, terms: Sequence[str]) -> None:
    console.print()
    console.print(legend())
    for trace in together[:_SHOWN]:
        console.print(panel(trace))
    console.print(f"the student's words: {', '.join(map(repr, terms[:_TOP_TERMS]))}", highlight=False)
    console.print(f"the teacher's words: {', '.join(map(repr, terms[: -_TOP_TERMS - 1 : -1]))}", highlight=False)
    table = Table("", "right answers", "style distance to the student", "TF-IDF similarity")
    for name, label in (("student", "student alone"), ("teacher", "teacher alone"), ("tessy", "TESSY")):
        distance, likeness = report.get(f"style_jsd_{name}", 0.0), report.get(f"tfidf_similarity_{name}", 1.0)
        table.add_row(label, f"{report[f'accuracy_{name}']:.3f}", f"{distance:.4f}", f"{likeness:.3f}")
    console.print(table)
