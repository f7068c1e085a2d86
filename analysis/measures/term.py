"""A term that tells two corpora apart."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A term and how strongly it tells two corpora apart.

    Attributes
    ----------
    term
        The term.
    log_odds
        The difference of its log-odds, in nats; positive where the first corpus uses it more.
    z
        That difference in standard deviations; beyond 1.96 it is significant at 5 % for one term.
    first, second
        How often it stands in each corpus.
    """

    term: str
    log_odds: float
    z: float
    first: int
    second: int
