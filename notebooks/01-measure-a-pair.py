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
# # Measure a pair of models
#
# A strong teacher's traces, used as they are, can make a student worse: the student must unlearn its own way of writing
# ([arXiv 2604.14164](https://arxiv.org/abs/2604.14164)). So before any training it is worth knowing how differently the
# two write, in which words, and whether that is style or only the topic.
#
# This notebook reads two corpora of traces and answers these questions with numbers that carry their uncertainty. It
# needs no GPU and takes less than a minute.

# %% imports
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from IPython.display import HTML, display

import analysis
import tessy
from analysis.counting import count_tables
from analysis.measures.between import between
from analysis.measures.jensen_shannon import jensen_shannon
from analysis.measures.noise_floor import noise_floor
from analysis.measures.rhythm import rhythm
from analysis.measures.tfidf import similarity_by_question
from analysis.measures.two_sample import two_sample_test
from analysis.plots import plot_divergences, plot_lengths, plot_log_odds, plot_projection, plot_similarity, project
from analysis.report.table import Table
from analysis.style_terms import TopicControl, style_terms
from tessy.miniature import questions, student_path, teacher_path

# %matplotlib inline
# %config InlineBackend.figure_formats = ["svg"]


def show(title, header, rows):
    """Return a table that a notebook displays; an `Estimate` is written with its 95 % interval."""
    return Table("", title, header, rows)


# %% [markdown]
# ## Two corpora
#
# tessy comes with two tiny models that differ in style and skill. They speak of a miniature world whose `run` questions
# are sums, worked out from left to right, every number taken modulo 5. Here both answer the same 96 questions, each
# alone, and the student answers them once more with another seed: that shows what chance does.
#
# Each corpus becomes a file with one trace a line, as `tessy-synth run` writes it. The last section reads your own.

# %% write-corpora
asked = [question.prompt for question in questions("run", 96, seed=0)]
student, teacher = str(student_path()), str(teacher_path())
writers = {
    "student": tessy.Synthesizer(student, recipe="student-only"),
    "student again": tessy.Synthesizer(student, recipe="student-only", seed=1),
    "teacher": tessy.Synthesizer(teacher=teacher, recipe="teacher-only"),
}
scratch = TemporaryDirectory(prefix="tessy-")
folder = Path(scratch.name)
for name, writer in writers.items():
    traces = writer.synthesize(asked)
    analysis.write_rows(folder / f"{name}.jsonl", (tessy.trace_row(trace, writer.describe()) for trace in traces))

# %% [markdown]
# `read_corpus` takes JSON lines (also compressed), Parquet, and folders, in all common shapes; `docs/corpora.md` lists
# them. Two models are best compared on the same questions, or a difference in topic looks like one in style. `pair`
# finds the questions that both answered: by their prompts, or else by their ids.

# %% read-corpora
corpora = {name: analysis.read_corpus(folder / f"{name}.jsonl") for name in writers}
pairs = analysis.pair(corpora["student"], corpora["teacher"])
one, two = pairs[0]
show(
    f"The first of {len(pairs)} questions that both answered",
    ["", "text"],
    [["question", one.prompt], ["student", one.thinking], ["teacher", two.thinking]],
)

# %% [markdown]
# ## Length and rhythm
#
# The simplest difference is length. Words are counted with signs of punctuation. Behind each number is its 95 %
# interval: the range in which it would mostly fall with other questions of the same kind. It comes from drawing the
# questions anew, not the words, for what one model writes on one question is not independent.

# %% rhythm
found = {name: rhythm(traces) for name, traces in corpora.items()}
show(
    "Length and rhythm",
    ["", *found],
    [
        ["words a trace", *(measured["words_per_trace"] for measured in found.values())],
        ["words a sentence", *(measured["words_per_sentence"] for measured in found.values())],
    ],
)

# %% lengths
lengths = {name: [len(tessy.words(trace.thinking)) for trace in traces] for name, traces in corpora.items()}
roles = {"student": "student", "student again": "student", "teacher": "teacher"}
plot_lengths(lengths, unit="words", roles=roles)

# %% [markdown]
# ## Terms that tell them apart
#
# Which words and phrases does one use and the other not? Counted without care, many of them belong to the topic.
# `style_terms` compares the traces on the same questions only, leaves out the words of each question, and wants a term
# to be spread over many questions. `TopicControl.induced` also looks at style alone: it finds the stylistic phrases of
# both writers by itself, without labels (notebook 2 shows how).
#
# The bars are *z*: how many standard deviations a term's log-odds are from 0. Beyond about 2 a single term is hardly
# chance; among hundreds of terms some get there by chance.

# %% terms
control = TopicControl.induced(corpora["student"], corpora["teacher"])
terms = style_terms(corpora["student"], corpora["teacher"], control)
plot_log_odds([*terms.student, *reversed(terms.teacher)], top=10)

# %% [markdown]
# The student talks to itself ("okay", "wait", "yes"); the teacher announces ("compute :", "done !", "final :"). Nothing
# of the arithmetic is left. These are the terms, with how often each writer uses them:

# %% terms-table
show(
    f"The most telling terms on {terms.questions} questions",
    ["term", "z", "student's uses", "teacher's uses"],
    [[term.term, term.z, term.first, term.second] for term in (*terms.student[:6], *terms.teacher[:6])],
)

# %% [markdown]
# ## How far apart?
#
# The Jensen-Shannon divergence compares all words of two corpora: 0 bits when they are used alike, 1 bit when no word
# is shared. A distance means little without its floor: two samples of one model are not 0 apart either. The grey band
# is the distance between two halves of the student's own questions, and `student again` is the student with another
# seed.

# %% divergences
tables = dict(zip(corpora, count_tables(list(corpora.values()), longest=1), strict=True))
distances = {name: between(jensen_shannon, tables["student"], tables[name]) for name in ("student again", "teacher")}
plot_divergences(distances, floor=noise_floor(jensen_shannon, tables["student"]), roles=roles)

# %% [markdown]
# Two more views of the same question. The *two-sample test* trains a classifier to tell who wrote a trace, and judges
# it on questions it never saw: an area under the curve (AUC) of 0.5 is guessing, 1 is never wrong. The *TF-IDF
# similarity* compares the two texts on the same question and takes the mean: 1 means the same words in the same
# proportions.

# %% two-sample
show(
    "The student's traces against",
    ["", "student again", "teacher"],
    [
        ["Jensen-Shannon divergence, bits", *distances.values()],
        ["two-sample AUC", *(two_sample_test(tables["student"], tables[name]).auc for name in distances)],
    ],
)

# %% similarity
plot_similarity(similarity_by_question(tables))

# %% [markdown]
# ## A map of the traces
#
# Each point is a trace, placed by its words: TF-IDF vectors on their two directions of largest variance. The large
# markers are the means. Two samples of the student lie on each other; the teacher's traces are a cloud of their own.

# %% projection
texts = {name: [trace.thinking for trace in traces] for name, traces in corpora.items()}
plot_projection(project(texts), roles=roles)

# %% [markdown]
# ## What it means
#
# The student and the teacher do the same sums, but a classifier tells their traces apart every time, and the distance
# is about a hundred times its floor. The terms say that it is style. A student trained on this teacher's traces would
# learn to write like the teacher before it learned to calculate. With such a pair it is worth letting both write
# together.
#
# This pair is made so that the effect can show; it is no evidence about large models. So:
#
# ## Your own corpora here
#
# Put the paths of your own two files in the next cell, and their names. As it stands it looks for traces of Qwen3-8B
# and gpt-oss-20b in the folder that the environment variable `TESSY_DATA` names, or else in `shared/data` beside the
# checkout. Without them this section shows nothing.

# %% own-corpora
data = Path(os.environ.get("TESSY_DATA", "../../shared/data"))
files = {"Qwen3-8B": data / "traces" / "qwen3-8b.jsonl", "gpt-oss-20b": data / "traces" / "gpt-oss-20b.jsonl"}
own = {name: analysis.read_corpus(path) for name, path in files.items() if path.is_file()}
{name: f"{len(traces)} traces" for name, traces in own.items()} or "no traces there: put your own paths in this cell"

# %% [markdown]
# On real traces the control matters. First the terms without it, then with it.

# %% own-terms
if len(own) == 2:
    first, second = own.values()
    controls = {
        "Without control: much of the topic": TopicControl.off(longest=2),
        "With control: style": TopicControl.induced(first, second),
    }
    for title, control in controls.items():
        terms = style_terms(first, second, control, replicates=200)
        drawn = plot_log_odds([*terms.student, *reversed(terms.teacher)], first="Qwen3-8B", second="gpt-oss-20b")
        display(HTML(f"<h4>{title}</h4>"), drawn)

# %% own-distances
if len(own) == 2:
    pairs = analysis.pair(*own.values())
    first, second = count_tables([list(traces) for traces in zip(*pairs, strict=True)], longest=1)
    rows = [
        ["Jensen-Shannon divergence of all words, bits", between(jensen_shannon, first, second)],
        ["two halves of the first one's questions", noise_floor(jensen_shannon, first)],
        ["divergence of the terms under control", terms.divergence],
        ["their floor", terms.student_floor],
        ["two-sample AUC", two_sample_test(first, second).auc],
    ]
    display(show(f"{' and '.join(own)} on the {len(pairs)} questions that both answered", ["", "value"], rows))

# %% [markdown]
# ## What next
#
# - [02-fit-and-judge-detectors](02-fit-and-judge-detectors.ipynb) finds the style in the texts of such a pair.
# - [04-figures-for-a-paper](04-figures-for-a-paper.ipynb) makes all of this, and more, with one call; `tessy-analyze
#   compare` does so from the command line (`docs/comparing.md`).
# - `docs/measures.md` has every measure with its formula and source, `docs/style-not-topic.md` the lists for real
#   pairs.
