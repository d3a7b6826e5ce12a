"""A mixture over the start of a change: a late regression is not diluted by a healthy beginning."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gonogo.judge.logs import growth_needed, log_sum

Floats = NDArray[np.float64]


class OnsetMixture:
    """Evidence summed from each of several starts, averaged over starts and bets.

    A start is opened every `every` strata until `starts` are open. Of the prior, `head` is on the first start and the
    rest spread evenly over all; a start yet to come counts as evidence 1. An average of test martingales is one.
    """

    def __init__(self, log_weights: Floats, starts: int, every: int, head: float) -> None:
        prior = np.full(starts, (1 - head) / starts)
        prior[0] += head
        self._log_prior = np.log(prior)[:, None] + log_weights
        self._sums = np.zeros(self._log_prior.shape)
        self._every = every
        self._strata = 0
        self.log_value = 0.0
        """The log e-value now."""
        self.best = 0.0
        """The greatest log e-value so far: what crossed its threshold once has crossed it."""

    def add(self, evidence: Floats) -> None:
        """Add the log evidence of one stratum, one number a bet, to every start that is open."""
        self._sums[: self._strata // self._every + 1] += evidence
        self._strata += 1
        self.log_value = log_sum(self._sums + self._log_prior)
        self.best = max(self.best, self.log_value)

    def growth_needed(self, threshold: float) -> float:
        """Return by what factor the data must grow, if they go on as they did since the first start."""
        return growth_needed(self._sums[0], self._log_prior[0], threshold)

    def state(self) -> dict[str, Any]:
        """Return everything that changes, as JSON types."""
        return {"sums": self._sums.tolist(), "strata": self._strata, "now": self.log_value, "best": self.best}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a state that `state` returned, under the same settings."""
        self._sums = np.array(state["sums"], dtype=float).reshape(self._log_prior.shape)
        self._strata, self.log_value, self.best = int(state["strata"]), float(state["now"]), float(state["best"])
