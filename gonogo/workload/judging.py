"""Judges of a workload run. The generator's health decides first: what a sick one measured is never met."""

import math
from collections.abc import Callable
from dataclasses import replace

from gonogo.judge import interval, rate, value
from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.outcome import Outcome
from gonogo.units import show
from gonogo.workload.buckets import Histogram
from gonogo.workload.recording import ABORTED
from gonogo.workload.result import SOURCE, Result

AGREEMENT = 0.01
"""By how much the target's own count may differ from ours, as a ratio."""


def latency(
    result: Result, q: float, limit: Limit, *, name: str | None = None, confidence: float = 0.99, remedy: str = ""
) -> Judgement:
    """Judge the q-quantile of the successful requests' times, from their intended starts, against a limit in s.

    The interval is that of order statistics, free of any distribution, with the width of the buckets added to it.
    """
    histogram = result.recording.histogram("intended", name)
    measured = _measured(result, f"p{q * 100:g} of {name or 'all requests'}", "s", histogram.total)

    def judge() -> Judgement:
        low, high = quantile_interval(histogram, q, confidence)
        return interval(replace(measured, value=histogram.quantile(q), low=low, high=high), limit, remedy)

    return _judged(result, measured, limit, judge, _seconds(limit))


def slowest(result: Result, limit: Limit, *, name: str | None = None, remedy: str = "") -> Judgement:
    """Judge the slowest successful request, from its intended start: for bursts, which are too few for a quantile."""
    histogram = result.recording.histogram("intended", name)
    measured = _measured(result, f"slowest of {name or 'all requests'}", "s", histogram.total)
    most = histogram.at_rank(histogram.total)[1] if histogram.total else None
    found = replace(measured, value=most)
    return _judged(result, measured, limit, lambda: value(found, limit, remedy), _seconds(limit))


def mean(
    result: Result, limit: Limit, *, name: str | None = None, confidence: float = 0.99, remedy: str = ""
) -> Judgement:
    """Judge the mean of the successful requests' times, from their intended starts, by its t interval."""
    histogram = result.recording.histogram("intended", name)
    measured = _measured(result, f"mean of {name or 'all requests'}", "s", histogram.total)

    def judge() -> Judgement:
        centre, half = mean_interval(histogram, confidence)
        return interval(replace(measured, value=centre, low=centre - half, high=centre + half), limit, remedy)

    return _judged(result, measured, limit, judge, _seconds(limit))


def errors(
    result: Result, limit: Limit, *, name: str | None = None, confidence: float = 0.99, remedy: str = ""
) -> Judgement:
    """Judge the ratio of failed requests by its exact interval."""
    requests, failed = result.recording.requests(name)
    subject = f"error rate of {name or 'all requests'}"
    measured = _measured(result, subject, "ratio", requests)

    def judge() -> Judgement:
        judged = rate(
            subject, failed, requests, limit, confidence=confidence, source=SOURCE, query=measured.query,
            window_s=measured.window_s, remedy=remedy,
        )  # fmt: skip
        return replace(judged, measurement=replace(judged.measurement, rehearsal=result.rehearsal))

    return _judged(result, measured, limit, judge)


def throughput(result: Result, limit: Limit, *, name: str | None = None, remedy: str = "") -> Judgement:
    """Judge how many requests a second succeeded; the interval is one request at each edge of the window."""
    requests, failed = result.recording.requests(name)
    done, window = requests - failed, result.window_s
    measured = _measured(result, f"throughput of {name or 'all requests'}", "1/s", requests)
    ends = replace(measured, value=done / window, low=max(done - 1, 0) / window, high=(done + 1) / window)
    return _judged(result, measured, limit, lambda: interval(ends, limit, remedy))


def agreement(result: Result, counted: int, *, by: str, remedy: str = "") -> Judgement:
    """Judge whether the target counted as many requests as left here, within 1 %.

    A difference is inconclusive: it says that something was not measured, not that the release is bad.
    """
    ours = result.sent
    limit = Limit("<=", AGREEMENT, "ratio")
    measured = _measured(result, f"requests counted by {by} against the generator's", "ratio", ours)
    difference = abs(counted - ours) / ours if ours else math.inf
    found = replace(measured, value=difference)
    reason = f"{found}: {counted} there, {ours} here, required {limit}"
    outcome = Outcome.MET if limit.holds(difference) else Outcome.INCONCLUSIVE
    say = remedy or "see that nobody else asks the target meanwhile, and that no request goes round the client"
    return _judged(result, measured, limit, lambda: Judgement(outcome, reason, found, limit, say))


def quantile_interval(histogram: Histogram, q: float, confidence: float) -> tuple[float, float]:
    """Return the two-sided interval of the q-quantile in s; an end may be infinite where there are too few samples."""
    if not histogram.total:
        return math.nan, math.nan
    tail = (1 - confidence) / 2
    lower, upper = (_binomial_quantile(p, histogram.total, q) for p in (tail, 1 - tail))
    return histogram.at_rank(lower)[0], histogram.at_rank(upper + 1)[1]


def _binomial_quantile(p: float, n: int, q: float) -> int:
    """Return the least k for which at most k of n successes of chance q have the probability p."""
    from scipy.special import bdtr, bdtrik  # heavy, and only needed where quantiles are judged

    k = max(0, math.ceil(float(bdtrik(p, n, q))))
    return k - 1 if k and float(bdtr(k - 1, n, q)) >= p else k


def mean_interval(histogram: Histogram, confidence: float) -> tuple[float, float]:
    """Return mean and half the width of its interval in s, NaN where there are too few samples."""
    from scipy.special import stdtrit  # heavy, and only needed where means are judged

    centre, deviation = histogram.moments()
    if histogram.total < 2:
        return centre, math.nan
    spread = float(stdtrit(histogram.total - 1, (1 + confidence) / 2)) * deviation / math.sqrt(histogram.total)
    return centre, spread + centre / 2048  # half of the widest bucket's relative width


def _measured(result: Result, subject: str, unit: str, samples: int) -> Measurement:
    order = result.order
    query = f"{order.workload}, {order.users} users, {show(order.peak_per_s, '1/s')}"
    return Measurement(
        subject, None, unit, samples=samples, window_s=result.window_s, source=SOURCE, query=query, at=result.at,
        rehearsal=result.rehearsal,
    )  # fmt: skip


def _judged(
    result: Result, measured: Measurement, limit: Limit, judge: Callable[[], Judgement], limit_s: float | None = None
) -> Judgement:
    """Return what `judge` says, unless the generator was sick; a load that was aborted can miss, but never meet."""
    health = result.health(limit_s)
    if not health.fit:
        reason = f"{measured.subject}: {health.reason}, required {limit}"
        return Judgement(health.outcome, reason, measured, limit, health.remedy)
    judgement = judge()
    stopped = result.recording.stopped
    if judgement.met and stopped.startswith(ABORTED):
        return replace(judgement, outcome=Outcome.INCONCLUSIVE, reason=f"{judgement.reason}; the load was {stopped}")
    return judgement


def _seconds(limit: Limit) -> float | None:
    return float(limit.value) if isinstance(limit.value, int | float) else None
