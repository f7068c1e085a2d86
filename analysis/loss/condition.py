"""What stands before a trace when its loss is measured."""

from enum import StrEnum


class Condition(StrEnum):
    """What a trace's loss is conditioned on."""

    PROMPT = "prompt"
    """The trace's prompt in the chat template, with the thinking opened: as in training and in use."""
    NOTHING = "nothing"
    """The begin-of-text token; the end-of-text token where there is none."""
