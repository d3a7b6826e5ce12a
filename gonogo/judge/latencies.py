"""Latencies of two arms: evidence that the candidate is slower than tolerated, and that it is within the limit."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gonogo.judge.logs import growth_needed, log_mean
from gonogo.judge.onset import OnsetMixture
from gonogo.judge.ranks import BETS, LOG_WEIGHTS, SCORE_OF, SCORES, rank_evidence

Floats = NDArray[np.float64]

_HEAD = 0.3
"""How much of the prior on onsets is on a change from the start."""


class LatencyEvidence:
    """Stratified rank e-processes in both directions.

    *Worse*: null, within each stratum the candidate's latencies divided by 1 + `tolerance` are no greater than the
    baseline's (stochastically). A mixture over scores, bets and onsets.

    *Within*: null, divided by 1 + `limit` they are no smaller. Each score named in `needed` has an e-process of its
    own, and the least of them decides: a fast body must not hide a slow tail.

    Source: exchangeability of ranks and Ville's inequality; see docs/judge.md.
    """

    def __init__(self, tolerance: float, limit: float, needed: Sequence[str], starts: int, every: int) -> None:
        self._tolerance, self._limit = tolerance, limit
        self._needed = [[score.name for score in SCORES].index(name) for name in needed]
        self.worse = OnsetMixture(LOG_WEIGHTS, starts, every, _HEAD)
        self._within = np.zeros(len(BETS))

    def add(self, candidate: Floats, baseline: Floats) -> None:
        """Add one stratum (both arms present).

        A baseline that does not vary within it is stuck and tells nothing; such a candidate only speaks against itself.
        """
        if not varies(baseline):
            self.pause()
            return
        self.worse.add(rank_evidence(candidate / (1 + self._tolerance), baseline, 1))
        if varies(candidate):
            self._within += rank_evidence(candidate / (1 + self._limit), baseline, -1)

    def pause(self) -> None:
        """Let a stratum pass in which an arm was empty; onsets are counted in time."""
        self.worse.add(np.zeros(len(BETS)))

    @property
    def log_within(self) -> dict[str, float]:
        """The log e-value of each needed score, by its name."""
        return {SCORES[index].name: log_mean(self._within[index == SCORE_OF]) for index in self._needed}

    def growth_needed(self, threshold: float) -> float:
        """Return by what factor the data must grow, going on as they did, to show every needed score within."""
        mine = [self._within[index == SCORE_OF] for index in self._needed]
        return max(growth_needed(logs, -np.log(len(logs)), threshold) for logs in mine)

    def state(self) -> dict[str, Any]:
        """Return everything that changes, as JSON types."""
        return {"worse": self.worse.state(), "within": self._within.tolist()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a state that `state` returned, under the same settings."""
        self.worse.restore(state["worse"])
        self._within = np.array(state["within"], dtype=float)


def varies(values: Floats) -> bool:
    """Return whether `values` are not all the same; a single one gives no reason to think that they are stuck."""
    return len(values) < 2 or bool((values != values[0]).any())
