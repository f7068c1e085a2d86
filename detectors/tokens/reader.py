"""What a detector says of one word after another."""

from typing import Any, Protocol

Context = Any
"""What a reader knows of the words before; immutable and hashable."""


class WordReader(Protocol):
    """A causal detector that reads words one by one.

    Attributes
    ----------
    start
        The context at the start of a text.
    threshold
        The least score of a style word.
    """

    start: Context
    threshold: float

    def read(self, context: Context, gap: str, word: str) -> tuple[float, Context]:
        """Score a word, on the scale of the threshold, and return the context after it.

        Parameters
        ----------
        context
            After the word before.
        gap
            What stands between the two words, `detectors.tokens.tail.shorten` at least.
        word
            The word, as it stands.
        """
        ...

    def pass_over(self, context: Context, gap: str, word: str) -> Context:
        """Return the context after a word that was read before in this place."""
        ...

    def skim(self, text: str) -> tuple[Context, str]:
        """Read a text up to its last few words; return the context after that, and the rest of the text."""
        ...

    def may_grow(self, context: Context, gap: str, text: str) -> bool:
        """Tell whether more tokens may make a style word of a text that is none, as the tokenizer cuts such words."""
        ...

    def simplify(self, context: Context, gap: str, word: str) -> tuple[Context, str, str]:
        """Return another context, gap and word after which every text reads the same: the same for as many as can."""
        ...
