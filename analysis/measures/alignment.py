"""Tables of several corpora with the same questions and terms."""

from collections.abc import Mapping

from analysis.measures.count_table import CountTable


def align(tables: Mapping[str, CountTable]) -> dict[str, CountTable]:
    """Return the tables with the questions that all have and the terms that any has, by the same names.

    Raises
    ------
    ValueError
        When there is no table, or no question that all have.
    """
    if not tables:
        raise ValueError("there is no corpus")
    names = list(tables)
    found = dict(tables)
    # Passing over all twice spreads the questions left and the terms found by the last to the first.
    for _ in range(2):
        for one, other in zip(names, names[1:] + names[:1], strict=True):
            found[one], found[other] = found[one].aligned(found[other])
    if not found[names[0]].questions:
        raise ValueError(f"no question is answered by all of {', '.join(names)}")
    return found
