"""``plot lengths``: how long traces are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from analysis.commands.plots.canvas import Canvas
from analysis.commands.plots.corpora import read_corpora, roles_of, said_of
from analysis.commands.plots.options import Other, Out, RoleOf, Shared, Student, Teacher, Width
from analysis.commands.plots.steps import stepped, stepping

if TYPE_CHECKING:
    from analysis.report.compared_corpus import ComparedCorpus


def lengths(
    student: Student,
    teacher: Teacher,
    out: Out,
    other: Other = None,
    tokenizer: Annotated[
        str | None,
        typer.Option(help="Count tokens of this model instead of words between blanks.", metavar="MODEL"),
    ] = None,
    shared: Shared = False,
    role: RoleOf = None,
    width: Width = "icml-column",
) -> None:
    """Draw how long the traces of each corpus are.

    In words between blanks, or in tokens.
    """
    from analysis.plots import plot_lengths

    canvas = Canvas.of(out, width)
    corpora = read_corpora(student, teacher, other, shared=shared)
    roles = roles_of(corpora, role)
    unit = "words" if tokenizer is None else "tokens"
    found = _words(corpora) if tokenizer is None else _tokens(corpora, tokenizer)
    canvas.save(plot_lengths(found, unit=unit, roles=roles, width=canvas.width), said_of(corpora, shared=shared))


def _words(corpora: "Sequence[ComparedCorpus]") -> dict[str, list[int]]:
    return {corpus.label: [len(trace.thinking.split()) for trace in corpus.traces] for corpus in corpora}


def _tokens(corpora: "Sequence[ComparedCorpus]", model: str) -> dict[str, list[int]]:
    from detectors.encoding import load_tokenizer
    from detectors.model_folder import find_model

    tokenizer = load_tokenizer(str(find_model(model)))

    def tokens(text: str) -> int:
        # A mark in the text that spells a special token is text; one longer than the model's context is no fault.
        return len(tokenizer(text, add_special_tokens=False, split_special_tokens=True, verbose=False)["input_ids"])

    with stepping("tokens", sum(len(corpus.traces) for corpus in corpora), "traces") as step:
        return {corpus.label: [tokens(trace.thinking) for trace in stepped(corpus.traces, step)] for corpus in corpora}
