"""What Prometheus counted of one operation of one arm between two steps, as requests that a judge takes."""

from dataclasses import dataclass

import numpy as np

from gonogo.judge.strata import Batch
from gonogo.probes.metrics.histogram import Histogram, Reset
from gonogo.probes.metrics.requests import Interval, Requests, from_histograms

OUTER = 0.005
"""First and last bucket have no edge to measure a width by; while each holds no more than this, they do not matter."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Counts since the processes of an arm began: by latency, of all requests and of failed ones (None: not known)."""

    latencies: Histogram
    requests: float | None = None
    failed: float | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What came between two readings."""

    latencies: Histogram
    requests: int | None
    failed: int


def between(before: Reading, after: Reading) -> Counted:
    """Return what came between two readings.

    Raises:
        Reset: If a counter is lower than it was.
        ValueError: If the buckets are others.
    """
    latencies = after.latencies.minus(before.latencies)
    requests, failed = _rise(before.requests, after.requests), _rise(before.failed, after.failed)
    return Counted(latencies, requests, failed or 0)


def _rise(before: float | None, after: float | None) -> int | None:
    if before is None or after is None:
        return None
    if after < before:
        raise Reset
    return round(after - before)


def requests(counted: Counted, start_s: float, end_s: float, times_failures: bool) -> Batch:
    """Return the requests behind counts, in the stratum from `start_s` to `end_s`.

    Which requests failed is known by number only. Where the histogram timed them too, as many are marked, evenly spread
    over the latencies, so that leaving them out moves no quantile; else they are added.
    """
    found = from_histograms([Interval(start_s, end_s, counted.latencies)], 0.0)
    marks = np.zeros(len(found), dtype=bool)
    at, latencies, failed = np.array(found.at_s), np.array(found.latency_s), counted.failed
    if times_failures:
        marks[np.linspace(0, len(found) - 1, min(failed, len(found))).round().astype(np.intp)] = True
        return Batch.of(at, latencies, marks)
    middle = (start_s + end_s) / 2
    return Batch.of([*at, *[middle] * failed], [*latencies, *[0.0] * failed], [*marks, *[True] * failed])


def telling(histogram: Histogram) -> Requests:
    """Return how finely latencies are known, as requests without any: `shows_within` answers from their resolution."""
    total, last = histogram.total, len(histogram.counts) - 1
    inner = [
        0.0 if place in (0, last) and count <= OUTER * total else count for place, count in enumerate(histogram.counts)
    ]
    return Requests(resolution=Histogram(histogram.bounds, tuple(inner)).resolution())


def straddling(histogram: Histogram, limit: float) -> tuple[int, int, int]:
    """Return how many values lie surely above `limit`, how many in the bucket around it, and how many there are."""
    above = around = 0.0
    lower = 0.0
    for upper, count in zip(histogram.bounds, histogram.counts, strict=True):
        if lower >= limit * (1 - 1e-9):
            above += count
        elif upper > limit * (1 + 1e-9):
            around += count
        lower = upper
    return round(above), round(around), round(histogram.total)
