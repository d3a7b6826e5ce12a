"""Alert rules: a figure of the last minutes against a threshold.

Figures come from events, so that every rate has its own denominator. A figure that nothing was seen for is `no_data`,
which is neither quiet nor firing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

State = Literal["ok", "firing", "no_data"]
Baseline = Mapping[str, float]


@dataclass(frozen=True)
class Event:
    kind: str
    outcome: str
    duration_ms: float


@dataclass(frozen=True)
class Facts:
    """What the rules look at: the window's events, the baseline's means by kind in ms, the stored plans."""

    events: Sequence[Event]
    baseline: Baseline
    plans: int
    on_fallback: int
    without_steps: int
    with_problems: int

    def of(self, kind: str) -> list[Event]:
        return [event for event in self.events if event.kind == kind]


def share(events: Sequence[Event], outcome: str) -> float | None:
    """Return the share of events with an outcome; None without events."""
    return sum(event.outcome == outcome for event in events) / len(events) if events else None


def response_ratio(facts: Facts) -> float | None:
    """Return the mean of durations, each divided by its kind's baseline; 1.0 is as fast as the baseline."""
    ratios = [event.duration_ms / facts.baseline[event.kind] for event in facts.events if event.kind in facts.baseline]
    return sum(ratios) / len(ratios) if ratios else None


def response_p95(facts: Facts) -> float | None:
    """Return the 95th percentile of durations in ms, by nearest rank."""
    durations = sorted(event.duration_ms for event in facts.events)
    return durations[-(-len(durations) * 95 // 100) - 1] if durations else None


def plan_share(count: int, facts: Facts) -> float | None:
    return count / facts.plans if facts.plans else None


METRICS: dict[str, Callable[[Facts], float | None]] = {
    "validation_error_rate": lambda facts: share(facts.of("creation"), "invalid"),
    "reservation_mismatch_rate": lambda facts: share(facts.of("start"), "partial"),
    "consumption_capping_rate": lambda facts: share(facts.of("completion"), "capped"),
    "response_time_ratio": response_ratio,
    "response_time_p95_ms": response_p95,
    "fallback_share": lambda facts: plan_share(facts.on_fallback, facts),
    "problem_plan_share": lambda facts: plan_share(facts.with_problems, facts),
    "corrupted_plans": lambda facts: float(facts.without_steps),
    "server_errors": lambda facts: float(sum(event.outcome == "error" for event in facts.events)),
}


def evaluate(definition: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    """Return an alert's current value and state; the only operator the plan uses is greater-than.

    Raises:
        KeyError: The definition names a metric that does not exist.
    """
    value = METRICS[definition["metric"]](facts)
    state: State = "no_data" if value is None else "firing" if value > definition["threshold"] else "ok"
    return {**definition, "value": value, "state": state}
