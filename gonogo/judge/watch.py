"""One arm against a limit, look after look: a rate, or a quantile by the share of samples beyond its limit."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from gonogo.judge.limits import interval
from gonogo.judge.sequence import rate_interval
from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.outcome import Outcome
from gonogo.units import show

_FACTORS = (2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(slots=True)
class RateWatch:
    """Judges a rate against a limit at every look, at one alpha for all looks together.

    Attributes:
        subject: What is counted.
        limit: On the rate, a ratio, with <, <=, > or >=.
        alpha: Probability that the answer is ever wrong; with `one_sided` that it is wrong to either side.
        planned: Trials at which a decision is expected; it only tunes.
        one_sided: Two one-sided tests, each at alpha, rather than one interval: a little quicker to either side.
        events, total: What was counted so far.
    """

    subject: str
    limit: Limit
    alpha: float = 0.01
    planned: int = 1000
    one_sided: bool = False
    events: int = 0
    total: int = 0

    def look(self, events: int, total: int, *, source: str = "", query: str = "", remedy: str = "") -> Judgement:
        """Add the events and trials since the last look, and judge; nothing counted yet is inconclusive.

        Raises:
            ValueError: If not 0 <= events <= total.
        """
        if not 0 <= events <= total:
            raise ValueError(f"{self.subject}: {events} events of {total} is no proportion")
        self.events, self.total = self.events + events, self.total + total
        measured = Measurement(self.subject, None, "ratio", samples=self.total, source=source, query=query)
        if not self.total:
            reason = f"{self.subject}: nothing was counted, required {self.limit}"
            return Judgement(Outcome.INCONCLUSIVE, reason, measured, self.limit, remedy)
        low, high = self._ends(1)
        judgement = interval(replace(measured, value=self.events / self.total, low=low, high=high), self.limit, remedy)
        if judgement.outcome is not Outcome.INCONCLUSIVE:
            return judgement
        return replace(judgement, reason=f"{judgement.reason}; {self._more()}")

    def _ends(self, factor: int) -> tuple[float, float]:
        seen = self.events * factor, self.total * factor, self.alpha, self.planned
        if not self.one_sided:
            return rate_interval(*seen)
        return rate_interval(*seen, "above")[0], rate_interval(*seen, "below")[1]

    def _more(self) -> str:
        for factor in _FACTORS:
            low, high = self._ends(factor)
            if self.limit.holds(low) == self.limit.holds(high):
                return f"about {self.total * (factor - 1)} more would settle it at this rate"
        return "the rate is too close to the limit to be settled by more of the same"

    def state(self) -> dict[str, Any]:
        """Return what was counted, as JSON types."""
        return {"events": self.events, "total": self.total}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up counts that `state` returned."""
        self.events, self.total = int(state["events"]), int(state["total"])


@dataclass(slots=True)
class QuantileWatch:
    """Judges a quantile against a limit: "p95 <= T" is "at most 5 % of all samples are above T".

    Attributes:
        subject: What is measured ("response time of the queue").
        q: The quantile, in (0, 1).
        limit_value: T, in base units; `unit` is that unit.
        unusable: Samples that were no finite numbers; while there are any, the answer is never met.
        rate: The watch on the share of samples above T.
    """

    subject: str
    q: float
    limit_value: float
    unit: str = "s"
    alpha: float = 0.01
    planned: int = 1000
    unusable: int = 0
    rate: RateWatch = field(init=False)

    def __post_init__(self) -> None:
        subject = f"{self.subject}, share above {show(self.limit_value, self.unit)}"
        self.rate = RateWatch(subject, Limit("<=", round(1 - self.q, 12), "ratio"), self.alpha, self.planned)

    def look(self, samples: Iterable[float], *, source: str = "", query: str = "", remedy: str = "") -> Judgement:
        """Add the samples since the last look, and judge."""
        new = list(samples)
        usable = [sample for sample in new if math.isfinite(sample)]
        self.unusable += len(new) - len(usable)
        above = sum(sample > self.limit_value for sample in usable)
        judgement = self.rate.look(above, len(usable), source=source, query=query, remedy=remedy)
        if not self.unusable or judgement.outcome is not Outcome.MET:
            return judgement
        reason = f"{judgement.reason}; but {self.unusable} samples are no finite numbers"
        return replace(judgement, outcome=Outcome.INCONCLUSIVE, reason=reason)

    def state(self) -> dict[str, Any]:
        """Return what was counted, as JSON types."""
        return self.rate.state() | {"unusable": self.unusable}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up counts that `state` returned."""
        self.rate.restore(state)
        self.unusable = int(state["unusable"])
