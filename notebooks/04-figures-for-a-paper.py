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
# # From rows to a paper's figures
#
# The data is there: what the student wrote alone, what the teacher wrote alone, and what both wrote together. Has the
# synthesized data closed the gap to the student? This notebook measures it, and makes what a paper needs: tables in
# LaTeX and CSV, figures at the widths of its columns with embedded fonts, and a folder with everything.
#
# It needs no GPU and takes less than a minute; with real corpora, see the last section, a minute or two.

# %% imports
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from IPython.display import HTML, Code, display
from matplotlib.figure import Figure

import analysis
import tessy
from analysis.loss import LocalModel, Rendering, corpus_loss, measure_traces
from analysis.plots import plot_divergences, plot_lengths, plot_similarity, plot_token_shares, save_figure
from analysis.report.compared_corpus import read_compared
from analysis.report.comparison import compare_corpora
from analysis.report.figures import comparison_figures
from analysis.report.folder import report_content, write_report
from analysis.report.table import Table
from analysis.report.tables import comparison_tables
from tessy.miniature import questions, student_path, teacher_path

# %matplotlib inline
# %config InlineBackend.figure_formats = ["svg"]

# %% [markdown]
# ## Rows
#
# The traces come from two tiny models that come with tessy, each alone and both together, on the same 64 questions; the
# detector between them is induced from 64 others. They go into files, as `tessy-synth run` writes them. With files of
# your own, leave this cell out ([03-synthesize-and-look](03-synthesize-and-look.ipynb) explains it).

# %% rows
asked = [question.prompt for question in questions("run", 128, seed=0)]
student, teacher = str(student_path()), str(teacher_path())
by_student = tessy.Synthesizer(student, recipe="student-only").synthesize(asked)
by_teacher = tessy.Synthesizer(teacher=teacher, recipe="teacher-only").synthesize(asked)
detector = tessy.induce_lexicon(
    [trace.thinking for trace in by_student[:64]], [trace.thinking for trace in by_teacher[:64]], prompts=asked[:64]
)
together = tessy.Synthesizer(student, teacher, detector).synthesize(asked[64:])

scratch = TemporaryDirectory(prefix="tessy-")  # give a folder of your own to keep the files
folder = Path(scratch.name)
for name, traces in {"student": by_student[64:], "teacher": by_teacher[64:], "synthesized": together}.items():
    analysis.write_rows(folder / f"{name}.jsonl", (tessy.trace_row(trace, {}) for trace in traces))

# %% [markdown]
# ## Compare
#
# `read_compared` reads the student's and the teacher's files and any further ones, each with a name. `compare_corpora`
# measures all of them against the student's; every number has its 95 % interval from a bootstrap over questions. With a
# detector it also tells style from capability. For speed there are 300 draws here, not the usual 1,000.

# %% compare
corpora = read_compared(
    folder / "student.jsonl", folder / "teacher.jsonl", [f"synthesized={folder / 'synthesized.jsonl'}"]
)
found = compare_corpora(corpora, detector, replicates=300, seed=0)
distances, own, *terms = comparison_tables(corpora, found)
distances

# %% [markdown]
# How to read it: similarities grow with likeness, all other measures with distance. The last column is the floor, what
# the measure says of two halves of the student's own questions. The teacher is far from the student in style. The
# synthesized traces are at the floor, and a classifier cannot tell them from the student's (an AUC of 0.5 is guessing).
# *Capability* is what is left without style: there the two hardly differ, for they do the same sums.
#
# Each corpus by itself:

# %% corpora-table
own

# %% [markdown]
# ## Tables for LaTeX
#
# Every table writes itself for the package booktabs, and as CSV with all digits and a column for each bound.

# %% latex
display(Code(distances.as_latex(), language="latex"))
display(Code("\n".join(distances.as_csv().splitlines()[:3]), language="text"))

# %% [markdown]
# ## Figures at two sizes
#
# A figure is drawn at the width at which it is printed and is never scaled, so that no letter gets smaller than 6
# points. Widths have names: `"acl-column"` and `"acl-page"`, the same for ICML, `"neurips-page"` and `"neurips-half"`;
# a number is a width in inches. The student is blue, the teacher vermilion and hatched, the synthesized purple, in
# every figure.

# %% one-column
divergences, floor = found.to_student["jensen_shannon"], found.floor["jensen_shannon"]
plot_divergences(divergences, floor=floor, width="acl-column")

# %% two-columns
plot_divergences(divergences, floor=floor, width="acl-page")

# %% similarity
plot_similarity(found.similarity, width="acl-column")

# %% [markdown]
# Several plots can share a figure: each function takes the matplotlib axes to draw in.

# %% two-in-one
figure = Figure(figsize=(6.3, 1.7), layout="constrained")
left, right = figure.subplots(1, 2)
lengths = {corpus.label: [len(tessy.words(trace.thinking)) for trace in corpus.traces] for corpus in corpora}
plot_lengths(lengths, unit="words", axes=left)
tokens = {role.value: sum(trace.tokens.get(role, 0) for trace in together) for role in tessy.Role}
plot_token_shares({"synthesized": tokens}, axes=right)
figure

# %% [markdown]
# `save_figure` writes PDF with embedded TrueType fonts (Type 42, as venues ask for), SVG or PNG, as the name ends, and
# the same bytes for the same figure. `comparison_figures` draws all figures of a comparison; here at two sizes.

# %% save-figures
figures = folder / "figures"
figures.mkdir()
save_figure(figure, figures / "lengths-and-shares.pdf")
for width in ("acl-column", "acl-page"):
    for name, _, drawn in comparison_figures(corpora, found, width=width):
        save_figure(drawn, figures / f"{name}-{width}.pdf")
sorted(path.name for path in figures.iterdir())

# %% [markdown]
# ## How surprised is the student?
#
# What a trainer calls the loss can be measured before any training: the mean negative log-likelihood of the traces
# under the student, in nats a token. Split by the detector, it says whether the style is foreign to the student, or
# what is said.

# %% loss
model = LocalModel(student)
losses = {
    corpus.label: corpus_loss(list(measure_traces(corpus.traces, model, Rendering(model.tokenizer), detector)))
    for corpus in corpora
}
loss_table = Table(
    "loss",
    "The student's loss on each corpus, in nats a token",
    ["", *losses],
    [[part, *(loss.parts[part].nats_per_token for loss in losses.values())] for part in ("all", "style", "capability")],
)
loss_table

# %% [markdown]
# The teacher's traces surprise the student twenty times as much as its own, the synthesized ones little more than
# these. What is left is capability, where the teacher corrects it (`docs/loss.md`).
#
# The losses of a training that you ran are drawn from its `trainer_state.json` by `read_training_log` and `plot_losses`
# (`docs/figures.md`).
#
# ## Everything in one folder
#
# `write_report` puts it all into a folder: `report.json` with every number, `report.html`, a page that needs no
# network, the tables and the figures. The same from the command line:
#
# ```bash
# tessy-analyze compare --student student.jsonl --teacher teacher.jsonl \
#     --other synthesized=synthesized.jsonl --detector DIR --out report
# ```

# %% report
settings = {"detector": "induced", "replicates": 300, "seed": 0}
write_report(corpora, found, report_content(corpora, found, settings), folder / "report", width="acl-column")
sorted(path.name for path in (folder / "report").iterdir())

# %% [markdown]
# ## Your own corpora here
#
# Put the paths of your own files in the next cell. As it stands it looks for traces of Qwen3-8B as student, gpt-oss-20b
# as teacher and DeepSeek-R1-0528 in the folder that the environment variable `TESSY_DATA` names, or else in
# `shared/data` beside the checkout. Without them this section shows nothing.

# %% own-corpora
data = Path(os.environ.get("TESSY_DATA", "../../shared/data")) / "traces"
files = [data / f"{model}.jsonl" for model in ("qwen3-8b", "gpt-oss-20b", "deepseek-r1-0528")]
real = []
if all(path.is_file() for path in files):
    real = read_compared(*files[:2], [f"DeepSeek-R1={files[2]}"])
{corpus.label: f"{len(corpus.traces)} traces" for corpus in real} or "no traces here: put your own paths in this cell"

# %% own-figures
if real:
    measured = compare_corpora(real, replicates=200, seed=0)
    display(comparison_tables(real, measured)[0])
    for name, caption, drawn in comparison_figures(real, measured, width="acl-column"):
        if name in {"similarity", "divergences", "rates", "terms-teacher"}:
            display(HTML(f"<h4>{caption}</h4>"), drawn)

# %% [markdown]
# ## What next
#
# - `docs/comparing.md` says what each measure is and where it comes from, `docs/measures.md` has the formulae.
# - `docs/figures.md` has all twelve figures, the widths and the colours; `tessy-analyze plot` draws one from the
#   command line.
# - [01-measure-a-pair](01-measure-a-pair.ipynb) goes through the measures one by one.
