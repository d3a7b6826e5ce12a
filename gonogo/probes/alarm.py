"""An alarm, as a hosted monitoring service describes it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Alarm:
    """A metric alarm.

    Attributes:
        name: The alarm's name.
        state: "OK", "ALARM" or "INSUFFICIENT_DATA".
        metric: Name of the metric it watches; `namespace` is the metric's.
        comparison: CloudWatch's operator, e.g. "GreaterThanThreshold".
        threshold: In the metric's own unit.
        period_s: Seconds over which one value is formed.
        evaluation_periods: How many values it looks at.
        actions: What it triggers (ARNs); `actions_enabled` says whether it does.
        updated: When its state was last set, RFC 3339.
    """

    name: str
    state: str
    namespace: str
    metric: str
    comparison: str
    threshold: float
    period_s: int
    evaluation_periods: int
    actions: tuple[str, ...]
    actions_enabled: bool
    updated: str
