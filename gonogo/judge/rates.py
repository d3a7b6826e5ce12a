"""Rates: events out of a total, with an exact binomial interval."""

from dataclasses import replace

from gonogo.judge.limits import interval
from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.outcome import Outcome


def clopper_pearson(events: int, total: int, confidence: float) -> tuple[float, float]:
    """Return the exact two-sided interval of a proportion.

    Raises:
        ValueError: If not 0 <= events <= total, or total is 0.

    Source: Clopper and Pearson (1934), by beta quantiles.
    """
    if total <= 0 or not 0 <= events <= total:
        raise ValueError(f"{events} events of {total} is no proportion")
    from scipy.special import betaincinv  # heavy, and only needed where rates are judged

    tail = (1 - confidence) / 2
    low = float(betaincinv(events, total - events + 1, tail)) if events else 0.0
    high = float(betaincinv(events + 1, total - events, 1 - tail)) if events < total else 1.0
    return low, high


def rate(
    subject: str,
    events: int,
    total: int,
    limit: Limit,
    *,
    confidence: float = 0.99,
    source: str = "",
    query: str = "",
    window_s: float | None = None,
    remedy: str = "",
) -> Judgement:
    """Judge a proportion (a ratio in [0, 1]) by its exact interval.

    No total is inconclusive, and so is an impossible one (more events than total: the two do not belong together).
    """
    measured = Measurement(subject, None, "ratio", samples=total, source=source, query=query, window_s=window_s)
    if total <= 0 or not 0 <= events <= total:
        reason = f"{subject}: {events} of {total} is no rate, required {limit}"
        return Judgement(Outcome.INCONCLUSIVE, reason, measured, limit, remedy)
    low, high = clopper_pearson(events, total, confidence)
    judgement = interval(replace(measured, value=events / total, low=low, high=high), limit, remedy)
    if judgement.outcome is not Outcome.INCONCLUSIVE:
        return judgement
    return replace(judgement, reason=f"{judgement.reason}; {_more(events, total, limit, confidence)}")


def _more(events: int, total: int, limit: Limit, confidence: float) -> str:
    """Say how many events in all would settle the question if the rate stays as it is."""
    for factor in (2, 3, 5, 10, 20, 50, 100, 200, 500, 1000):
        low, high = clopper_pearson(events * factor, total * factor, confidence)
        if limit.holds(low) == limit.holds(high):
            return f"about {total * factor} in all would settle it at this rate"
    return "the rate is too close to the limit to be settled by more of the same"
