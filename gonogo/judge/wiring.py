"""Whether two arms are really two: the same requests on both sides mean that one source was wired twice."""

from typing import Any

import numpy as np

from gonogo.judge.strata import Batch

_SHARE = 0.9
_DISTINCT = 0.9


class Wiring:
    """Counts the candidate's requests that the baseline holds too.

    A stratum is the same when both arms hold the same latencies; or request by request (the baseline also counts the
    candidate's traffic), where times and latencies are fine enough to tell requests apart.
    """

    def __init__(self) -> None:
        self.seen, self.same = 0, 0

    def add(self, candidate: Batch, baseline: Batch) -> None:
        """Compare the arms within one stratum, both present and each in order of time."""
        self.seen += len(candidate)
        alike = len(candidate) == len(baseline) and _same(candidate, baseline)
        self.same += len(candidate) if alike else _contained(candidate, baseline)

    @property
    def one_source(self) -> bool:
        """Whether nearly all of the candidate's requests are the baseline's."""
        return self.seen > 0 and self.same >= _SHARE * self.seen

    def state(self) -> dict[str, Any]:
        """Return the counts, as JSON types."""
        return {"seen": self.seen, "same": self.same}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up counts that `state` returned."""
        self.seen, self.same = state["seen"], state["same"]


def _same(candidate: Batch, baseline: Batch) -> bool:
    return np.array_equal(np.sort(candidate.latency_s), np.sort(baseline.latency_s))


def _contained(candidate: Batch, baseline: Batch) -> int:
    """Return how many of the candidate's requests stand in the baseline; 0 where requests are too coarse to tell."""
    if not np.isin(candidate.at_s, baseline.at_s).any():
        return 0
    known = {*zip(baseline.at_s.tolist(), baseline.latency_s.tolist(), strict=True)}
    if len(known) < _DISTINCT * len(baseline):
        return 0
    return sum(pair in known for pair in zip(candidate.at_s.tolist(), candidate.latency_s.tolist(), strict=True))
