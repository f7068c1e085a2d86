"""What labelled texts can be told apart by."""

from enum import StrEnum


class Group(StrEnum):
    """A property of a labelled text whose values are judged apart."""

    MODEL = "model"
    DOMAIN = "domain"
