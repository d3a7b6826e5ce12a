"""One value, or one interval, against a limit."""

import math

from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.outcome import Outcome
from gonogo.units import show


def value(measurement: Measurement, limit: Limit, remedy: str = "") -> Judgement:
    """Judge a single exact value, such as a count, a text or a duration.

    Nothing, NaN and infinity are inconclusive: they say something about the measuring, not about the release.
    """
    found = measurement.value
    if found is None or (isinstance(found, float) and not math.isfinite(found)):
        reason = f"{measurement.subject}: no value ({show(found, measurement.unit)}), required {limit}"
        return Judgement(Outcome.INCONCLUSIVE, reason, measurement, limit, remedy)
    outcome = Outcome.MET if limit.holds(found) else Outcome.MISSED
    return Judgement(outcome, f"{measurement}, required {limit}", measurement, limit, remedy)


def interval(measurement: Measurement, limit: Limit, remedy: str = "") -> Judgement:
    """Judge a value with an interval (`low`, `high`, same unit) against a numeric limit with <, <=, > or >=.

    Met when the whole interval satisfies the limit, missed when none of it does, else inconclusive.

    Raises:
        ValueError: If the limit is no number or has another operator.
    """
    if limit.op not in ("<", "<=", ">", ">=") or isinstance(limit.value, str | bool) or limit.value is None:
        raise ValueError(f"an interval is judged against <, <=, > or >= and a number, not against {limit}")
    ends = (measurement.low, measurement.high)
    if any(end is None or math.isnan(end) for end in ends):
        reason = f"{measurement.subject}: no interval from {measurement.samples or 0} samples, required {limit}"
        return Judgement(Outcome.INCONCLUSIVE, reason, measurement, limit, remedy)
    within = [math.isinf(end) is False and limit.holds(end) for end in ends if end is not None]
    outcome = Outcome.MET if all(within) else Outcome.MISSED if not any(within) else Outcome.INCONCLUSIVE
    if outcome is Outcome.MISSED and any(end is not None and math.isinf(end) for end in ends):
        outcome = _with_open_end(measurement, limit)
    return Judgement(outcome, f"{measurement}, required {limit}", measurement, limit, remedy)


def _with_open_end(measurement: Measurement, limit: Limit) -> Outcome:
    """Judge an interval that is open to one side by its finite end: it can only ever show a miss."""
    finite = measurement.low if limit.op in ("<", "<=") else measurement.high
    shown = finite is not None and math.isfinite(finite) and not limit.holds(finite)
    return Outcome.MISSED if shown else Outcome.INCONCLUSIVE
