"""The Jensen-Shannon divergence of two bags of words."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def jensen_shannon(first: Array, second: Array) -> float:
    """Return the Jensen-Shannon divergence of two distributions given as counts, in bits: 0 if alike, 1 if disjoint.

    ``H((p + q) / 2) - (H(p) + H(q)) / 2`` with the entropy ``H`` to base 2 (Lin 1991, IEEE Trans. Inf. Theory 37). The
    Jensen-Shannon *distance* is its square root. Two empty bags are alike; an empty one and another are disjoint.

    Parameters
    ----------
    first, second
        How often each term stands in the two corpora, shape (terms,).
    """
    totals = float(first.sum()), float(second.sum())
    if not all(totals):
        return 0.0 if totals[0] == totals[1] else 1.0
    shares = first / totals[0], second / totals[1]
    mean = (shares[0] + shares[1]) / 2
    halves = (share[share > 0] @ np.log2(share[share > 0] / mean[share > 0]) / 2 for share in shares)
    return min(1.0, max(0.0, float(sum(halves))))
