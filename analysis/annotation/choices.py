"""What can be chosen for an annotation by name."""

from enum import StrEnum


class Unit(StrEnum):
    """Where a trace may be cut into segments."""

    WORDS = "words"
    SENTENCES = "sentences"
    WHOLE = "whole"


class PromptName(StrEnum):
    """The prompts that an annotator can be given."""

    TABLE2 = "table2"
    STRICT = "strict"


class MergeRule(StrEnum):
    """How many annotators make a word style."""

    MAJORITY = "majority"
    INTERSECTION = "intersection"
    UNION = "union"

    def least(self, annotators: int) -> int:
        """Return how many of `annotators` must call a word style; a majority is more than half."""
        return {"majority": annotators // 2 + 1, "intersection": annotators, "union": 1}[self.value]
