"""Two arms, stratum by stratum: the evidence on latencies and errors."""

import math
from typing import Any

from gonogo.judge.canary_settings import CanarySettings
from gonogo.judge.errors import ErrorEvidence
from gonogo.judge.latencies import LatencyEvidence
from gonogo.judge.strata import Batch


class Pair:
    """The evidence of one arm against another.

    Attributes:
        used, skipped: Strata with both arms, and strata in which one was empty.
    """

    def __init__(self, settings: CanarySettings) -> None:
        s = settings
        self.latencies = LatencyEvidence(s.tolerance, s.limit, s.needed, s.starts, s.every)
        self.errors = ErrorEvidence(s.error_tolerance, s.error_limit, s.error_floor, s.starts, s.every)
        self.used, self.skipped = 0, 0

    def add(self, one: Batch, other: Batch) -> None:
        """Add a stratum; latencies are compared over requests that did not fail."""
        if not len(one) or not len(other):
            self._skip()
            return
        self.used += 1
        failed = int(one.failed.sum()), int(other.failed.sum())
        self.errors.add(failed, (len(one), len(other)))
        if len(one.served) and len(other.served):
            self.latencies.add(one.served, other.served)
        else:
            self.latencies.pause()

    def _skip(self) -> None:
        self.skipped += 1
        self.latencies.pause()
        self.errors.pause()

    @property
    def log_worse(self) -> float:
        """The greatest log e-value, of any look and either question, that `one` is worse than tolerated."""
        return max(self.latencies.worse.best, self.errors.worse.best)

    def state(self) -> dict[str, Any]:
        """Return everything that changes, as JSON types."""
        parts = {"latencies": self.latencies.state(), "errors": self.errors.state()}
        return parts | {"used": self.used, "skipped": self.skipped}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a state that `state` returned, under the same settings."""
        self.latencies.restore(state["latencies"])
        self.errors.restore(state["errors"])
        self.used, self.skipped = state["used"], state["skipped"]


class Placebo:
    """A second baseline against the first, in both directions: two healthy arms, so that nothing may be found."""

    _TESTS = 4  # two directions, two questions

    def __init__(self, settings: CanarySettings) -> None:
        self._pairs = Pair(settings), Pair(settings)
        self._threshold = math.log(self._TESTS / settings.placebo_alpha)
        self.log_value = 0.0

    def add(self, placebo: Batch, baseline: Batch) -> None:
        """Add a stratum."""
        self._pairs[0].add(placebo, baseline)
        self._pairs[1].add(baseline, placebo)
        self.log_value = max(pair.log_worse for pair in self._pairs)

    @property
    def tripped(self) -> bool:
        """Whether two arms of the same release were found to differ: then nothing can be said of a third."""
        return self.log_value >= self._threshold

    def state(self) -> dict[str, Any]:
        """Return everything that changes, as JSON types."""
        return {"pairs": [pair.state() for pair in self._pairs], "log_value": self.log_value}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a state that `state` returned, under the same settings."""
        for pair, kept in zip(self._pairs, state["pairs"], strict=True):
            pair.restore(kept)
        self.log_value = state["log_value"]
