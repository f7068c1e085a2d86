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
# # Fit, judge and compare detectors
#
# A *detector* finds the style in a trace: the stretches that carry tone, transition or narration ("Okay, let's see",
# "Wait,"), as characters `[start, end)` of the text. What is left is *capability*: the words that solve the task. When
# two models write together, the detector decides whose turn it is.
#
# This notebook makes detectors in two ways, without labels and from labels, says how good they are, asks one why it
# decided as it did, and saves it. It needs no GPU and takes less than a minute.

# %% imports
import os
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from IPython.display import display
from rich.console import Console
from rich.text import Text
from sklearn.metrics import precision_recall_curve

import analysis
import tessy
from analysis import LabelledText, compare, judge, predict
from analysis.evaluation import predict_out_of_fold
from analysis.evaluation.calibration import reliability
from analysis.evaluation.groups import Group
from analysis.evaluation.predictions import true_words
from analysis.explanation import explain
from analysis.measures.estimate import Estimate
from analysis.plots import plot_comparison, plot_judgement, plot_precision_recall, plot_reliability
from analysis.report.table import Table
from detectors import read_card
from tessy.miniature import questions, student_path, style_spans, teacher_path

# %matplotlib inline
# %config InlineBackend.figure_formats = ["svg"]

console = Console()


def show(title, header, rows):
    """Return a table that a notebook displays; an `Estimate` is written with its 95 % interval."""
    return Table("", title, header, rows)


def score_rows(judgements):
    """Return a row a score, with 95 % intervals from a bootstrap over questions."""
    names = {
        "words": "token.f1",
        "whole spans": "span.f1",
        "cuts": "cut.both.exact_cuts",
        "calibration error": "calibration_error",
    }
    return [
        [title, *(Estimate(judged.values[name], *judged.intervals[name]) for judged in judgements.values())]
        for title, name in names.items()
    ]


def coloured(text, spans):
    """Return a text with its style spans on yellow."""
    shown = Text(text)
    for span in spans:
        shown.stylize("black on #f0e442", span.start, span.end)
    return shown


def labelled(writer, traces):
    """Return traces of the miniature world with their true style spans."""
    return [
        LabelledText(f"{writer} {trace.id}", trace.thinking, tuple(style_spans(trace.thinking)), writer, trace.id)
        for trace in traces
    ]


# %% [markdown]
# ## Traces
#
# Two tiny models that come with tessy answer 96 questions, each alone. The questions are parted: detectors are made
# from the first 32, and judged on the other 64.

# %% traces
asked = [question.prompt for question in questions("run", 96, seed=0)]
by_student = tessy.Synthesizer(str(student_path()), recipe="student-only").synthesize(asked)
by_teacher = tessy.Synthesizer(teacher=str(teacher_path()), recipe="teacher-only").synthesize(asked)
by_student[0].thinking, by_teacher[0].thinking

# %% [markdown]
# ## Without labels
#
# `induce_lexicon` compares two writers. A seed list of English discourse markers says what style looks like, and the
# traces say which of it these two use. The words of the questions belong to the task and are never taken for style.
# What comes out is a *lexicon*: phrases with weights, tied to the place where they stand. Here it marks the style, on
# yellow, in two traces that it was not made from.

# %% induce
induced = tessy.induce_lexicon(
    [trace.thinking for trace in by_student[:32]], [trace.thinking for trace in by_teacher[:32]], prompts=asked[:32]
)
for trace in (by_student[40], by_teacher[40]):
    console.print(coloured(trace.thinking, induced.spans(trace.thinking)))

# %% [markdown]
# ## From labels
#
# Better detectors are fitted to texts whose style spans are known. In the miniature world the truth is known of every
# word (`style_spans`). For your own traces a language model can mark them (`tessy-detect annotate`), or you can; they
# are read from a file with `analysis.read_labels`. A labelled text names its `question`, so that texts on one question
# never stand on both sides of a test.
#
# Labels are dear, so only 8 questions are labelled here: 16 texts.

# %% labels
labels = labelled("student", by_student[:8]) + labelled("teacher", by_teacher[:8])
console.print(coloured(labels[0].text, labels[0].spans))

# %% [markdown]
# Two kinds are fitted: a lexicon, and a *logistic* detector, a logistic regression over each word and its neighbours.
#
# ## Judge by cross-validation
#
# A detector must be judged on texts it has not seen. In cross-validation the questions are dealt into parts, and each
# part is judged by a detector that was fitted to the others. The scores:
#
# - *words*: F1 over words, right style words found against missed and wrong ones; 1 is perfect;
# - *whole spans*: the same for spans of which both ends are right;
# - *cuts*: the share of drafts that would be cut exactly at the boundary, which is what a run needs;
# - *calibration error*: how far the detector's probabilities are from the share of style they stand for; 0 is best.

# %% cross-validate
kinds = {"lexicon": analysis.fit_lexicon, "logistic": analysis.fit_logistic}
predictions = {name: predict_out_of_fold(fit, labels, folds=4) for name, fit in kinds.items()}
judged = {name: judge(labels, found) for name, found in predictions.items()}
show(f"Cross-validation on {len(labels)} texts", ["", *judged], score_rows(judged))

# %% [markdown]
# A detector gives each word a probability, and takes it for style from a threshold on. Another threshold finds more
# style (*recall*) or is wrong less often (*precision*). The curve shows all of them, and the marker is at the
# detector's own.

# %% precision-recall
true = np.concatenate([true_words(label) for label in labels])
curves = {
    name: precision_recall_curve(true, np.concatenate([text.probabilities for text in found]))[:2]
    for name, found in predictions.items()
}
chosen = {name: (found.values["token.precision"], found.values["token.recall"]) for name, found in judged.items()}
plot_precision_recall(curves, chosen=chosen, share=true.mean())

# %% [markdown]
# Can its probabilities be trusted? In a *reliability diagram* the words are sorted by their probability: where a dot
# lies on the diagonal, of the words that are said to be style with 70 %, 70 % are. Here the dots lie above it: with few
# labels the lexicon gives style words too low a probability. `docs/judging.md` shows how to correct that.

# %% reliability
lexicon = judged["lexicon"]
plot_reliability(reliability(lexicon.sums), error=lexicon.values["calibration_error"])

# %% [markdown]
# ## Compare on other questions
#
# Now both kinds are fitted to all 16 labelled texts, and stand beside the induced lexicon on 128 texts of the 64
# questions that no detector has seen. `compare` ranks them; all are drawn on the same questions, so that an interval of
# their difference says whether a lead is more than luck.

# %% compare
others = labelled("student", by_student[32:]) + labelled("teacher", by_teacher[32:])
detectors = {"induced": induced, **{name: fit(labels) for name, fit in kinds.items()}}
standings = compare({name: judge(others, predict(detector, others)) for name, detector in detectors.items()})
plot_comparison(standings)

# %% compare-table
show(
    f"On {len(others)} texts of other questions",
    ["", *(standing.name for standing in standings)],
    [
        *score_rows({standing.name: standing.judgement for standing in standings}),
        [
            "words, difference to the best",
            *(Estimate(each.difference, *each.difference_interval) for each in standings),
        ],
    ],
)

# %% [markdown]
# The miniature world is an easy one: its two writers share no style word, so that comparing them finds it all. Real
# models share most of their words; the last section has numbers of real labels.
#
# ## Why?
#
# `explain` says what decided on each word. For a logistic detector these are features of the word and its neighbours,
# with what each adds to the log-odds of style; below 0 it speaks against. The text mixes both writers, and the word is
# one of the teacher's.

# %% explain
logistic = detectors["logistic"]
text = "Okay, let's see. First, 3 + 4 = 2; thus 2 * 2 = 4!"
[thus] = [part for part in explain(logistic, text, most=8) if part.word.text == "thus"]
console.print(coloured(text, logistic.spans(text)))
show(
    f"What decided on {thus.word.text!r}: style with probability {thus.probability:.2f}",
    ["feature of the word", "adds to the log-odds"],
    [[reason.name, reason.weight] for reason in thus.reasons],
)

# %% [markdown]
# ## Save and load
#
# A saved detector is a folder: numbers in safetensors, and a card in JSON that says what it is. Nothing is pickled, so
# a detector from somebody else cannot run code. What only the fit knows, such as its scores, goes onto the card.

# %% save
scratch = TemporaryDirectory(prefix="tessy-")
folder = tessy.save(logistic, Path(scratch.name) / "logistic", card={"scores": judged["logistic"].as_dict()})
loaded = tessy.load(folder)
card = read_card(folder)
show(
    "The card",
    ["", "value"],
    [
        *([name, str(card[name])] for name in ("kind", "lookahead", "threshold", "tessy")),
        ["token F1 in cross-validation", card["scores"]["token"]["f1"]],
        ["finds the same as before", str(loaded.spans(text) == logistic.spans(text))],
    ],
)

# %% [markdown]
# ## Your own labels here
#
# Put the path of your own labelled texts in the next cell. As it stands it looks for a file of labelled segments of
# seven real models in the folder that the environment variable `TESSY_DATA` names, or else in `shared/data` beside the
# checkout. Without it this section shows nothing. The logistic detector reads two words ahead here, which helps on real
# text.

# %% own-labels
data = Path(os.environ.get("TESSY_DATA", "../../shared/data"))
path = data / "style-spans" / "train.jsonl"
own = analysis.read_labels(path) if path.is_file() else []
f"{len(own)} labelled texts" if own else "no labels there: put your own path in this cell"

# %% own-judged
if own:
    kinds = {"lexicon": analysis.fit_lexicon, "logistic": lambda labels: analysis.fit_logistic(labels, lookahead=2)}
    judged = {name: judge(own, predict_out_of_fold(fit, own, folds=3), by=Group.MODEL) for name, fit in kinds.items()}
    display(show(f"Cross-validation on {len(own)} texts", ["", *judged], score_rows(judged)))
    display(plot_judgement(judged["logistic"]))

# %% [markdown]
# On the right each model's texts are judged by themselves, with the number of questions in brackets: who wrote a text
# matters. `docs/detectors.md` measures what is lost on models that no label covers.
#
# ## What next
#
# - [03-synthesize-and-look](03-synthesize-and-look.ipynb) lets two models write together, a detector between them.
# - `tessy-detect annotate | fit | compare | explain` do all of this from the command line. `docs/detectors.md` compares
#   the kinds, two more among them that read a language model's hidden states; `docs/annotation.md` labels your own
#   traces, `docs/induction.md` goes without labels.
# - A detector fitted with `causal` reads no word ahead, so that drafts can end where the boundary is
#   (`docs/engines.md`).
