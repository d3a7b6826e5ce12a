"""Quantiles and means of samples, with intervals."""

import math
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean, stdev

from gonogo.judge.limits import interval
from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.outcome import Outcome


def quantile(
    subject: str,
    samples: Sequence[float],
    q: float,
    limit: Limit,
    *,
    confidence: float = 0.99,
    uncertainty: float = 0.0,
    source: str = "",
    query: str = "",
    window_s: float | None = None,
    remedy: str = "",
) -> Judgement:
    """Judge the q-quantile of `samples` (shape (n,), base unit of the limit, any order) by order statistics.

    The interval is distribution free. With too few samples its upper end is infinite, and the answer is inconclusive
    unless even the lower end is beyond the limit. By how much all samples may be off together (`uncertainty`, same
    unit, such as that of a clock) widens it at both ends.

    Source: Hyndman and Fan (1996), definition 1, for the value; binomial order-statistic interval for the ends.
    """
    ordered = sorted(samples)
    measured = Measurement(
        subject, None, limit.unit, samples=len(ordered), source=source, query=query, window_s=window_s
    )
    if not ordered or any(not math.isfinite(sample) for sample in ordered):
        reason = f"{subject}: {len(ordered)} samples, some of them no numbers, required {limit}"
        return Judgement(Outcome.INCONCLUSIVE, reason, measured, limit, remedy)
    value = ordered[max(0, math.ceil(len(ordered) * q) - 1)]
    low, high = quantile_interval(ordered, q, confidence)
    measured = replace(measured, value=value, low=low - uncertainty, high=high + uncertainty)
    judgement = interval(measured, limit, remedy)
    if judgement.outcome is Outcome.INCONCLUSIVE and math.isinf(high):
        needed = math.ceil(math.log((1 - confidence) / 2) / math.log(q))
        return replace(judgement, reason=f"{judgement.reason}; at least {needed} samples are needed")
    return judgement


def quantile_interval(ordered: Sequence[float], q: float, confidence: float) -> tuple[float, float]:
    """Return the two-sided interval of the q-quantile from ascending samples; an end may be infinite."""
    from scipy.stats import binom  # heavy, and only needed where quantiles are judged

    tail = (1 - confidence) / 2
    lower = int(binom.ppf(tail, len(ordered), q))
    upper = int(binom.isf(tail, len(ordered), q)) + 1
    low = ordered[lower - 1] if lower >= 1 else -math.inf
    high = ordered[upper - 1] if upper <= len(ordered) else math.inf
    return low, high


def mean(
    subject: str,
    samples: Sequence[float],
    limit: Limit,
    *,
    confidence: float = 0.99,
    source: str = "",
    query: str = "",
    window_s: float | None = None,
    remedy: str = "",
) -> Judgement:
    """Judge the mean of `samples` (shape (n,), base unit of the limit) by its t interval; 1 sample decides nothing."""
    measured = Measurement(
        subject, None, limit.unit, samples=len(samples), source=source, query=query, window_s=window_s
    )
    if len(samples) < 2 or any(not math.isfinite(sample) for sample in samples):
        reason = f"{subject}: {len(samples)} usable samples, at least 2 are needed, required {limit}"
        return Judgement(Outcome.INCONCLUSIVE, reason, measured, limit, remedy)
    from scipy.special import stdtrit  # heavy, and only needed where means are judged

    centre = fmean(samples)
    half = float(stdtrit(len(samples) - 1, (1 + confidence) / 2)) * stdev(samples) / math.sqrt(len(samples))
    return interval(replace(measured, value=centre, low=centre - half, high=centre + half), limit, remedy)
