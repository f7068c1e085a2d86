"""Sums of traces in, the loss of a corpus out, with intervals over questions: pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from analysis.loss.sums import Sums, TraceSums
from analysis.measures.estimate import Estimate, estimate

ALL: Final = "all"
"""The name of all parts together."""
_NAMES = ("nats_per_token", "perplexity", "bits_per_character", "rank_surprisal_ratio", "token_share", "nats_share")

_TOKENS, _CHARACTERS, _NATS, _MEAN_RANKS, _MEAN_NATS = range(5)
"""The columns of a table with a row for each question; means are of a trace, and summed over traces."""


@dataclass(frozen=True, slots=True)
class PartLoss:
    """The loss of one part of a corpus: of its style, its capability, its answers, or all of it.

    Attributes
    ----------
    tokens, characters
        How many there are.
    nats_per_token
        The mean negative log-likelihood, over all tokens of all traces: what training calls the loss.
    perplexity
        Its exponential.
    bits_per_character
        The sum of the negative log-likelihoods to base 2 over the number of characters: can be compared between
        models whose vocabularies differ.
    rank_surprisal_ratio
        The mean over traces of a trace's mean rank, over the mean over traces of its mean negative log-likelihood in
        nats, with ranks of 100 at most (Yang et al. 2026, arXiv 2601.14249; the data-set form of their Appendix A.8 and
        released program). The lower, the better the traces are said to teach. Theirs is of a whole response; of all
        parts, with answers, it is theirs but for the few marks around the thinking. For one trace it is its sum of
        ranks over its sum of nats.
    token_share, nats_share
        This part's share of all tokens, and of the whole loss, 0..1.
    """

    tokens: int
    characters: int
    nats_per_token: Estimate
    perplexity: Estimate
    bits_per_character: Estimate
    rank_surprisal_ratio: Estimate
    token_share: Estimate
    nats_share: Estimate

    def as_dict(self) -> dict[str, Any]:
        """Return everything by name, each estimate with its value, low and high; None for what is not defined."""
        estimates = {name: getattr(self, name).as_json() for name in _NAMES}
        return {"tokens": self.tokens, "characters": self.characters, **estimates}


@dataclass(frozen=True, slots=True)
class CorpusLoss:
    """The loss of a corpus.

    Attributes
    ----------
    traces, questions
        How many there are; traces without thinking are among them.
    parts
        The loss of all, and of each part where a detector has split the traces; a part without tokens is left out.
    """

    traces: int
    questions: int
    parts: Mapping[str, PartLoss]

    def as_dict(self) -> dict[str, Any]:
        """Return everything by name, as reports write it."""
        parts = {name: part.as_dict() for name, part in self.parts.items()}
        return {"traces": self.traces, "questions": self.questions, "parts": parts}


def corpus_loss(sums: Iterable[TraceSums], *, replicates: int = 1000, seed: int = 0) -> CorpusLoss:
    """Compute the loss of a corpus, with 95 % intervals from a bootstrap over questions.

    Parameters
    ----------
    sums
        The sums of its traces.
    replicates, seed
        Of the bootstrap; see `analysis.measures.estimate.estimate`.

    Raises
    ------
    ValueError
        When there are no tokens, or some traces were split by a detector and others not.
    """
    rows = list(sums)
    tables = _tables(rows, _questions(rows))
    parts = [name for name, table in tables.items() if table[:, _TOKENS].sum()]
    if ALL not in parts:
        raise ValueError("there are no tokens to speak of")

    def numbers(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        drawn = {name: weights @ tables[name] for name in parts}
        return np.concatenate([_measures(drawn[name], drawn[ALL]) for name in parts])

    questions = len(tables[ALL])
    found = estimate(numbers, questions, replicates=replicates, seed=seed)
    losses: dict[str, PartLoss] = {}
    for place, name in enumerate(parts):
        tokens, characters = (int(tables[name][:, column].sum()) for column in (_TOKENS, _CHARACTERS))
        own = found[place * len(_NAMES) : (place + 1) * len(_NAMES)]
        losses[name] = PartLoss(tokens, characters, **dict(zip(_NAMES, own, strict=True)))
    if len(rows[0].parts) == 1:
        losses = {ALL: losses[ALL]}
    return CorpusLoss(len(rows), questions, losses)


_ALONE = 2
"""Tables of traces that have one part: that one, and all, which is the same."""


def loss_difference(
    first: Iterable[TraceSums], second: Iterable[TraceSums], *, replicates: int = 1000, seed: int = 0
) -> dict[str, Estimate]:
    """Subtract the loss of one corpus from another's, on the questions that both have.

    Both are drawn together, question by question, so what makes a question hard for both does not widen the interval
    (Koehn 2004, EMNLP).

    Parameters
    ----------
    first, second
        The sums of the traces of both.
    replicates, seed
        Of the bootstrap.

    Returns
    -------
    dict
        For all, and each part that both have, the nats a token of `first` less those of `second`: negative where the
        first surprises the model less. Empty where they share no question.
    """
    one, two = list(first), list(second)
    shared = [*{*_questions(one)} & {*_questions(two)}]
    tables = [_tables(rows, sorted(shared)) for rows in (one, two)]
    names = [name for name in tables[0] if all(name in t and t[name][:, _TOKENS].sum() for t in tables)]
    if any(len(table) == _ALONE for table in tables):
        names = [name for name in names if name == ALL]
    if not names:
        return {}

    def differences(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        less, more = ([_ratio(*(weights @ table[name][:, [_NATS, _TOKENS]])) for name in names] for table in tables)
        return np.array([one - other for one, other in zip(less, more, strict=True)])

    found = estimate(differences, len(shared), replicates=replicates, seed=seed)
    return dict(zip(names, found, strict=True))


def _questions(rows: Sequence[TraceSums]) -> list[str]:
    return sorted({row.question for row in rows})


def _tables(rows: Sequence[TraceSums], questions: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """Sum up the traces of each question: a table for all, and one for each part."""
    home = {question: place for place, question in enumerate(questions)}
    kinds = {tuple(row.parts) for row in rows}
    if len(kinds) > 1:
        raise ValueError(f"traces of these parts cannot be mixed: {sorted(kinds)}")
    tables = {name: np.zeros((len(home), 1 + _MEAN_NATS)) for name in (ALL, *next(iter(kinds), ()))}
    for row in rows:
        if row.question in home:
            for name, sums in {ALL: row.total, **row.parts}.items():
                tables[name][home[row.question]] += _row(sums)
    return tables


def _row(sums: Sums) -> tuple[float, ...]:
    each = max(sums.tokens, 1)
    return sums.tokens, sums.characters, sums.nats, sums.ranks / each, sums.nats / each


def _measures(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the numbers of `_NAMES` from the summed columns of a part and of all, each of shape (5,)."""
    tokens, characters, nats, mean_ranks, mean_nats = part
    rate = _ratio(nats, tokens)
    bits, ranks = _ratio(nats / log(2), characters), _ratio(mean_ranks, mean_nats)
    return np.array([rate, np.exp(rate), bits, ranks, _ratio(tokens, whole[_TOKENS]), _ratio(nats, whole[_NATS])])


def _ratio(above: float, below: float) -> float:
    return float(above) / float(below) if below else np.nan
