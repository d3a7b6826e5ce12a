"""Errors of two arms: of all errors of an interval, how many are the candidate's.

If both arms fail alike, each error is the candidate's with the probability of its share of the requests, whatever the
common rate does. Drawing the errors from the requests without replacement spreads less than that: the test stays valid.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gonogo.judge.logs import growth_needed, log_mean
from gonogo.judge.onset import OnsetMixture

Floats = NDArray[np.float64]

_HEAD = 0.6
"""How much of the prior on onsets is on a change from the start."""

RISKS: Floats = np.array([1.8, 3.0, 5.5, 10.0])
"""Relative risks to bet on, over what is tolerated."""
_LOG_WEIGHTS: Floats = np.log([0.25, 0.2, 0.3, 0.25])
_PARTS: Floats = np.array([0.02, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85])
"""Parts of a limit that a healthy candidate may have."""
_PROFILE: Floats = np.geomspace(1 / 50, 50, 241)


class ErrorEvidence:
    """Conditional binomial mixtures over the relative risk r (candidate's error rate over the baseline's).

    *Worse*: null r <= `tolerance`; a mixture over risks and onsets. *Within*: null r >= `limit` and the candidate's
    rate >= `floor`; the mean of two e-values, one for each way to be harmless.
    """

    def __init__(self, tolerance: float, limit: float, floor: float, starts: int, every: int) -> None:
        self._tolerance, self._limit, self._floor = tolerance, limit, floor
        self.worse = OnsetMixture(_LOG_WEIGHTS, starts, every, _HEAD)
        self._below_limit = np.zeros(len(_PARTS))
        self._below_floor = np.zeros(len(_PARTS))
        self._profile = np.zeros(len(_PROFILE))

    def add(self, errors: tuple[int, int], requests: tuple[int, int]) -> None:
        """Add one stratum: errors and requests of candidate and baseline, both with at least one request."""
        share = requests[0] / sum(requests)
        self.worse.add(log_ratio(errors, share, RISKS * self._tolerance, self._tolerance))
        self._below_limit += log_ratio(errors, share, _PARTS * self._limit, self._limit)
        self._profile += log_ratio(errors, share, _PROFILE, 1.0)
        rates = _PARTS * self._floor
        well = requests[0] - errors[0]
        self._below_floor += errors[0] * np.log(_PARTS) + well * np.log((1 - rates) / (1 - self._floor))

    def pause(self) -> None:
        """Let a stratum pass in which an arm was empty; onsets are counted in time."""
        self.worse.add(np.zeros(len(RISKS)))

    @property
    def log_within(self) -> float:
        """The log e-value against a candidate that is both worse than the limit and above the floor."""
        return log_mean(self._ways)

    def growth_needed(self, threshold: float) -> float:
        """Return by what factor the data must grow, going on as they did, to show the candidate within."""
        return growth_needed(self._ways, -np.log(len(self._ways)), threshold)

    @property
    def _ways(self) -> Floats:
        return np.concatenate([self._below_limit, self._below_floor])

    def risk_interval(self, alpha: float) -> tuple[float, float]:
        """Return an interval of the relative risk, valid at every look; an end beyond 50 is 0 or infinite."""
        inside = _PROFILE[log_mean(self._profile) - self._profile < -np.log(alpha)]
        low = 0.0 if inside[0] == _PROFILE[0] else float(inside[0])
        return low, float("inf") if inside[-1] == _PROFILE[-1] else float(inside[-1])

    def state(self) -> dict[str, Any]:
        """Return everything that changes, as JSON types."""
        parts = {"below_limit": self._below_limit, "below_floor": self._below_floor, "profile": self._profile}
        return {"worse": self.worse.state()} | {name: part.tolist() for name, part in parts.items()}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a state that `state` returned, under the same settings."""
        self.worse.restore(state["worse"])
        self._below_limit = np.array(state["below_limit"], dtype=float)
        self._below_floor = np.array(state["below_floor"], dtype=float)
        self._profile = np.array(state["profile"], dtype=float)


def log_ratio(errors: tuple[int, int], share: float, risks: Floats, null: float) -> Floats:
    """Return the log likelihood ratio of each relative risk against `null`, given whose the errors are.

    An error is the candidate's with probability r s / (r s + 1 - s), where s is its share of the requests.
    """
    candidate, baseline = errors
    thinned, null_thinned = np.log(risks * share + 1 - share), np.log(null * share + 1 - share)
    return np.asarray(candidate * np.log(risks / null) - (candidate + baseline) * (thinned - null_thinned))
