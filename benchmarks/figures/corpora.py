"""What the figures are drawn of: traces of several models on the same questions, and labelled texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from analysis.corpus import CorpusTrace, read_corpus
from analysis.labels import LabelledText, read_labels
from analysis.plots.looks import RoleName
from tessy.miniature.world import style_spans
from tessy.miniature.writers import STUDENT, TEACHER, write

DATA = Path(__file__).parents[3] / "shared" / "data"
_NAMES = {
    "qwen3-8b": "Qwen3-8B",
    "qwq-32b": "QwQ-32B",
    "qwen3-235b-a22b-thinking-2507": "Qwen3-235B-Thinking",
    "deepseek-r1": "DeepSeek-R1",
    "deepseek-r1-0528": "DeepSeek-R1-0528",
    "gpt-oss-20b": "gpt-oss-20b",
    "gpt-oss-120b": "gpt-oss-120b",
}
_TEACHERS = ("Qwen3-235B-Thinking", "DeepSeek-R1-0528", "gpt-oss-120b")
_MINIATURE = 60


@dataclass(frozen=True, slots=True)
class Corpora:
    """Traces and labels.

    Attributes
    ----------
    traces
        For each model its traces, by id; the student first, all models with the same ids.
    roles
        The models that have one.
    other
        The model whose terms are compared with the student's.
    labels
        Labelled texts, `model` named as in `traces`.
    source
        What all this is, for the reader.
    """

    traces: Mapping[str, Sequence[CorpusTrace]]
    roles: Mapping[str, RoleName]
    other: str
    labels: Sequence[LabelledText]
    source: str

    @property
    def student(self) -> str:
        """The first model."""
        return next(iter(self.traces))

    def texts(self, name: str) -> list[str]:
        """Return the thinking of a model."""
        return [trace.thinking for trace in self.traces[name]]


def read_corpora() -> Corpora:
    """Read the shared traces where they are, or else make some of the miniature world."""
    return _shared() if (DATA / "traces").is_dir() else _miniature()


def _shared() -> Corpora:
    found = {
        name: {trace.id: trace for trace in read_corpus(DATA / "traces" / f"{file}.jsonl") if trace.thinking}
        for file, name in _NAMES.items()
    }
    shared = sorted(set.intersection(*map(set, found.values())))
    traces = {name: [rows[number] for number in shared] for name, rows in found.items()}
    labels = [
        LabelledText(label.id, label.text, label.spans, _NAMES.get(label.model, label.model), label.question)
        for label in read_labels(DATA / "style-spans" / "train.jsonl")
    ]
    roles: dict[str, RoleName] = {"Qwen3-8B": "student"} | dict.fromkeys(_TEACHERS, "teacher")
    source = f"{len(shared)} questions that all of {len(traces)} models answered"
    return Corpora(traces, roles, "gpt-oss-20b", labels, source)


def _miniature() -> Corpora:
    traces = {
        name: [CorpusTrace(f"q{number:03}", "", _written(number, styles), model=name) for number in range(_MINIATURE)]
        for name, styles in (("student", (STUDENT,)), ("teacher", (TEACHER,)), ("synthesized", (STUDENT, TEACHER)))
    }
    labels = [
        LabelledText(f"{name} {trace.id}", trace.thinking, tuple(style_spans(trace.thinking)), name, trace.id)
        for name, found in traces.items()
        for trace in found
    ]
    return Corpora(traces, {}, "teacher", labels, f"{_MINIATURE} questions of the miniature world")


def _written(number: int, styles: Sequence[object]) -> str:
    random = Random(number)
    steps = [f"{random.randrange(10)} + {random.randrange(10)} = {random.randrange(10)}" for _ in range(12)]
    return write(steps, "7", styles, random)  # type: ignore[arg-type]
