"""What one step of an engine costs: a floor, the weights that are read or the arithmetic, and attention."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulation.kernels import Found


@dataclass(frozen=True, slots=True)
class StepCost:
    """Seconds of one forward pass, as a function of what is in the batch.

    A step of r rows with n new tokens takes ``base + request * r + max(weights(n), token * n) + attention`` seconds,
    where attention is the sum over rows of ``cached tokens * max(context, product * new tokens)``; and ``mixed + join *
    j`` seconds more if j requests come new to it, ``watch`` seconds for each of them that the plugin watches; and
    ``size`` or ``build`` seconds more if no step had n new tokens lately, or ever.

    Attributes
    ----------
    base
        Seconds of a step whatever is in it: launches, scheduling, exchange between devices.
    request
        Seconds a row: sampling and bookkeeping.
    mixed
        Seconds more of a step that any requests come new to: it reads and makes tokens at once.
    join
        Seconds a request that comes new to the batch: it is received, given blocks and put into the batch's tensors.
    watch
        Seconds a request that comes new to the batch and is to end at its boundary: the plugin's.
    size, build
        Seconds more of a step whose number of new tokens has not come up lately, or never (`kernels`): only on CPUs.
    token
        Seconds a new token (made or read in): arithmetic.
    context
        Seconds a cached token that a row reads: the transfer of its keys and values.
    product
        Seconds a pair of a new and a cached token: the arithmetic of attention.
    shared
        Seconds to read the weights that every token uses.
    routed
        Seconds to read the weights of all experts.
    experts, active
        Experts a layer and experts a token; a batch of n tokens reads the share ``1 - (1 - active/experts)**n`` of
        them, as if tokens chose independently.
    """

    base: float
    request: float = 0.0
    mixed: float = 0.0
    join: float = 0.0
    watch: float = 0.0
    size: float = 0.0
    build: float = 0.0
    token: float = 0.0
    context: float = 0.0
    product: float = 0.0
    shared: float = 0.0
    routed: float = 0.0
    experts: int = 1
    active: int = 1

    def weights(self, tokens: float) -> float:
        """Return the seconds it takes to read the weights that a batch of so many new tokens needs."""
        if not self.routed:
            return self.shared
        idle: float = (1.0 - self.active / self.experts) ** tokens
        return self.shared + self.routed * (1.0 - idle)

    def seconds(
        self,
        new: NDArray[np.int64],
        cached: NDArray[np.int64],
        joined: int = 0,
        watched: int = 0,
        found: Found = Found.REMEMBERED,
    ) -> float:
        """Return the seconds of one step.

        Parameters
        ----------
        new
            int64[rows]: new tokens of each row.
        cached
            int64[rows]: tokens in front of them.
        joined, watched
            Requests that come new to the batch, and how many of them the plugin watches.
        found
            What there is of kernels for this number of new tokens.
        """
        tokens = float(new.sum())
        attention = float((cached * np.maximum(self.context, self.product * new)).sum())
        requests = self.request * len(new) + (self.mixed + self.join * joined + self.watch * watched if joined else 0.0)
        kernels = {Found.REMEMBERED: 0.0, Found.FORGOTTEN: self.size, Found.NOTHING: self.build}[found]
        return self.base + kernels + requests + max(self.weights(tokens), self.token * tokens) + attention
