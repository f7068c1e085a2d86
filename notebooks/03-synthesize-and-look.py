# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Let two models write together, and look
#
# A strong teacher's traces, used as they are, can make a student worse: the student must unlearn its own way of
# writing. tessy lets both write. The student writes what carries tone, transition and narration (*style*) and the final
# answer; the teacher writes what solves the task (*capability*).
#
# This notebook does so with two tiny models that come with tessy, looks at the traces, and asks whether they are any
# good. It needs no GPU and takes less than a minute. With real models the calls are the same: in place of a folder,
# give the URL of a vLLM server.

# %% imports
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from IPython.display import HTML, Code

import analysis
import tessy
from analysis.measures.estimate import estimate
from analysis.plots import plot_intervals, plot_token_shares
from analysis.report.table import Table
from tessy.miniature import answer_of, check, questions, student_path, teacher_path
from tessy.viewer.write import write_viewer

# %matplotlib inline
# %config InlineBackend.figure_formats = ["svg"]


def show(title, header, rows):
    """Return a table that a notebook displays; an `Estimate` is written with its 95 % interval."""
    return Table("", title, header, rows)


# %% [markdown]
# ## Questions
#
# The models speak of a miniature world. Its `run` questions are sums, worked out from left to right, every number taken
# modulo 5, and a program knows all answers. The first 64 questions show how the two write, the other 64 are for what
# they write together.

# %% questions
asked = [question.prompt for question in questions("run", 128, seed=0)]
show("Questions", ["question", "right answer"], [[prompt, answer_of(prompt)] for prompt in asked[:3]])

# %% [markdown]
# ## Each model alone
#
# A *recipe* says who thinks and who answers. With `student-only` and `teacher-only` one model writes all of a trace. A
# trace as the last line of a cell shows itself: the question, the numbers, the text in the colour of its author.

# %% student-alone
student, teacher = str(student_path()), str(teacher_path())
by_student = tessy.Synthesizer(student, recipe="student-only").synthesize(asked)
by_teacher = tessy.Synthesizer(teacher=teacher, recipe="teacher-only").synthesize(asked)
by_student[64]

# %% teacher-alone
by_teacher[64]

# %% [markdown]
# ## A detector of style
#
# Somebody must say where style ends. Any detector will do: here one is induced from the first 64 questions, without
# labels. [02-fit-and-judge-detectors](02-fit-and-judge-detectors.ipynb) makes and compares others; a saved one is given
# by the path of its folder.

# %% detector
detector = tessy.induce_lexicon(
    [trace.thinking for trace in by_student[:64]], [trace.thinking for trace in by_teacher[:64]], prompts=asked[:64]
)

# %% [markdown]
# ## Both together
#
# The two take turns. A model drafts a few tokens, the detector finds the first word of the other kind, everything from
# there on is thrown away, and the other model goes on from what is kept. At the end the student writes the answer. With
# `keep_drafts` a trace remembers what was thrown away; the box above it shows that.

# %% together
synthesizer = tessy.Synthesizer(student, teacher, detector, keep_drafts=True)
together = synthesizer.synthesize(asked[64:])
together[0]

# %% another
together[1]

# %% [markdown]
# ## Who wrote what?
#
# The share of the tokens that each model wrote, each counted in its own vocabulary. The teacher's depends on the
# models: the paper reports 66 to 78 % for large ones.

# %% shares
tokens = {
    name: {role.value: sum(trace.tokens.get(role, 0) for trace in traces) for role in tessy.Role}
    for name, traces in {"student alone": by_student[64:], "teacher alone": by_teacher[64:], "both": together}.items()
}
plot_token_shares(tokens)

# %% [markdown]
# ## What did it cost?
#
# Each hand-over is a request to the other model, and what is drafted beyond the boundary is thrown away. These counters
# stand in every row, and here for the whole run. Engines that stop at the boundary by themselves throw away one token a
# hand-over (`docs/engines.md`); this one, for trying things out, rolls back as the paper does.

# %% counters
totals = synthesizer.totals()
show(
    f"{len(together)} traces, {sum(trace.hand_overs for trace in together)} hand-overs",
    ["", *(role.value for role in totals)],
    [
        [name, *(getattr(counters, field) for counters in totals.values())]
        for name, field in (
            ("requests", "requests"),
            ("tokens made", "made"),
            ("tokens kept", "kept"),
            ("tokens thrown away", "thrown"),
            ("hand-overs", "hand_overs"),
        )
    ],
)

# %% [markdown]
# ## Does it solve the task?
#
# All answers are checked by program. Beside the method stand two baselines of the paper: the teacher thinks and the
# student answers, or the other way round. Behind each share is its 95 % interval over the questions.

# %% right-answers
traces = {
    "student alone": by_student[64:],
    "teacher alone": by_teacher[64:],
    "teacher thinks": tessy.Synthesizer(student, teacher, recipe="teacher-think").synthesize(asked[64:]),
    "teacher answers": tessy.Synthesizer(student, teacher, recipe="teacher-answer").synthesize(asked[64:]),
    "both together": together,
}
right = np.array([list(map(check, asked[64:], (trace.answer for trace in found))) for found in traces.values()])
shares = estimate(lambda weights: right @ weights / weights.sum(), right.shape[1])
plot_intervals(
    list(traces),
    [share.value for share in shares],
    [(share.low, share.high) for share in shares],
    label="right answers",
)

# %% [markdown]
# The student gets some arithmetic wrong. The teacher knows it, but writes two operations in one step and slips; when it
# goes on in the student's style, it writes one at a time. So together they are right more often than either alone, in
# the student's own way of writing. The wrong facts and the double steps are built into this pair
# (`tessy/miniature/models/README.md`): it shows what the method does, and is no evidence about large models.
#
# Why did traces end? Only a `finished` one has its whole answer.

# %% stop-reasons
reasons = [trace.stop_reason.value for trace in together]
{reason: reasons.count(reason) for reason in sorted(set(reasons))}

# %% [markdown]
# ## Rows for a trainer
#
# `trace_row` makes of a trace the row that `tessy-synth run` writes. `messages` is what trainers read (TRL,
# LLaMA-Factory, axolotl); `segments` says who wrote which characters of the assistant's text; `provenance` how the row
# was made, with the hashes of models and detector. Train on the finished ones.

# %% rows
scratch = TemporaryDirectory(prefix="tessy-")  # give a folder of your own to keep the files
folder = Path(scratch.name)
rows = [tessy.trace_row(trace, synthesizer.describe()) for trace in together if trace.stop_reason == "finished"]
analysis.write_rows(folder / "together.jsonl", rows)
{name: rows[0][name] for name in ("id", "messages", "segments", "stop_reason", "tokens", "hand_overs")}

# %% [markdown]
# A trainer puts `messages` into the student's chat template. This is the text that it trains on:

# %% as-a-trainer-reads-it
from transformers import AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained(student)
Code(tokenizer.apply_chat_template(rows[0]["messages"], tokenize=False), language="text")

# %% [markdown]
# ## Read them all
#
# For more than a few traces there is a page of HTML that needs no network: a list of rows, search, hand-overs, and what
# each model wrote alone beside it. The keys are `j` and `k` for rows, `n` and `p` for hand-overs, `1`, `2`, `3` for the
# trace, the student's and the teacher's own. Mostly you will open the file in a browser; here it is in a frame.

# %% viewer
for name, alone in {"student": by_student, "teacher": by_teacher}.items():
    analysis.write_rows(folder / f"{name}.jsonl", (tessy.trace_row(trace, {}) for trace in alone))
page = folder / "view.html"
write_viewer(folder / "together.jsonl", page, student=folder / "student.jsonl", teacher=folder / "teacher.jsonl")
HTML(f'<div><iframe srcdoc="{escape(page.read_text(encoding="utf-8"))}" width="100%" height="480"></iframe></div>')

# %% [markdown]
# ## What next
#
# - Your own questions and models: `tessy-synth run --prompts questions.jsonl --student URL --teacher URL --detector DIR
#   --out rows.jsonl`. A run that was stopped goes on where it was (`README.md`, `docs/configuration.md`).
# - The same page from the command line: `tessy-synth view rows.jsonl --out view.html` (`docs/viewer.md`).
# - [04-figures-for-a-paper](04-figures-for-a-paper.ipynb) measures whether such rows have closed the gap to the
#   student.
