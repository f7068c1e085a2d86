"""The two ways of writing: how student and teacher put a worked solution into words.

A trace is an opening, a lead-in, the steps with transitions between them, a closing, the answer and an end. What the
steps say is capability; every other word is style. The two writers share no style word and no sign of punctuation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Style:
    """The phrases one writer chooses from, slot by slot; a phrase that is listed twice is twice as likely.

    Attributes
    ----------
    openings, leads
        How a trace begins, and what comes before its first step.
    pauses
        What may follow a step before anything else; mostly nothing.
    transitions
        What leads from one step to the next.
    doubts, reliefs
        Before and after a step that is checked again; empty when the writer never does.
    closings, ends
        Before and after the answer.
    """

    openings: tuple[str, ...]
    leads: tuple[str, ...]
    pauses: tuple[str, ...]
    transitions: tuple[str, ...]
    closings: tuple[str, ...]
    ends: tuple[str, ...]
    doubts: tuple[str, ...] = ()
    reliefs: tuple[str, ...] = ()


STUDENT = Style(
    openings=(
        "Okay, let's see.",
        "Okay, let's see.",
        "Alright, let me think.",
        "Okay, let me work through it.",
        "Okay, so I start here.",
    ),
    leads=("First,", "First,", "So first,", "To begin,"),
    pauses=("", "", "", "", "", "", ". Hmm", ". Okay"),
    transitions=(". Then,", ". Then,", ". So now,", ". After that,", ". Next,"),
    closings=(". So the answer is", ". So the answer is", ". That gives me", ". So I get"),
    ends=(".",),
    doubts=(". Wait, let me check.", ". Wait, is that right?"),
    reliefs=(". Yes, good", ". Yes, that works"),
)

TEACHER = Style(
    openings=("We need result!", "We need result!", "Need value!", "Task: evaluate!", "Goal: value!"),
    leads=("Compute:", "Compute:", "Proceed:", "Steps:"),
    pauses=("",),
    transitions=(";", ";", "; thus", "; hence"),
    closings=("; Done! Final:", "; Done! Final:", "; Finished! Output:", "; Done! Result:"),
    ends=("!",),
)

RECHECK_RATE = 0.2


def write(steps: Sequence[str], answer: str, styles: Sequence[Style], random: Random) -> str:
    """Put steps and their answer into words.

    Parameters
    ----------
    steps
        What each step says, such as ``3 + 4 = 2``; at least one.
    answer
        What the closing announces.
    styles
        The writers to choose from, anew for each slot: one for a pure text, two for a mixed one.
    random
        The source of every choice.
    """

    def writer() -> Style:
        return random.choice(styles)

    parts = [random.choice(writer().openings), " ", random.choice(writer().leads)]
    for index, step in enumerate(steps):
        if index:
            parts.append(random.choice(writer().transitions))
        parts += [" ", step]
        current = writer()
        if current.doubts and random.random() < RECHECK_RATE:
            parts += [random.choice(current.doubts), " ", step, random.choice(current.reliefs)]
        else:
            parts.append(random.choice(current.pauses))
    parts += [random.choice(writer().closings), " ", answer, random.choice(writer().ends)]
    return "".join(parts)
