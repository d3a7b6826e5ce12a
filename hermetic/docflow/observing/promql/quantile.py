"""A quantile of a histogram: found in its cumulative buckets, by a straight line within the one that holds it.

Source: bucketQuantile in promql/quantile.go of Prometheus.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from hermetic.docflow.observing.promql.labels import NAME, Labels, dropped
from hermetic.docflow.observing.promql.series import Sample, Vector

Bucket = tuple[float, float]


def of_vector(q: float, vector: Vector, at: int) -> Vector:
    """Return the quantile of each histogram; series without a bound that is a number are left out."""
    histograms: dict[Labels, list[Bucket]] = {}
    for sample in vector:
        bound = _bound(dict(sample.labels).get("le", ""))
        if bound is not None:
            histograms.setdefault(dropped(sample.labels, (NAME, "le")), []).append((bound, sample.value))
    return [Sample(labels, of_buckets(q, buckets), at) for labels, buckets in histograms.items()]


def of_buckets(q: float, buckets: Sequence[Bucket]) -> float:
    """Return the q-quantile of cumulative buckets.

    Args:
        q: In [0, 1]; below it is -Inf, above it +Inf.
        buckets: (upper bound, count of what is not above it), in any order.

    Returns:
        NaN without observations, or a last bucket of +Inf, or another one; the highest finite bound where the quantile
        lies above it.
    """
    if not 0 <= q <= 1:
        return math.nan if math.isnan(q) else math.copysign(math.inf, q)
    bounds, counts = _ordered(buckets)
    if bounds[-1] != math.inf or len(bounds) < 2 or counts[-1] == 0:
        return math.nan
    rank = q * counts[-1]
    found = bisect_left(counts, rank, 0, len(counts) - 1)
    if found == len(counts) - 1:
        return bounds[-2]
    if found == 0 and bounds[0] <= 0:
        return bounds[0]
    start, below = (bounds[found - 1], counts[found - 1]) if found else (0.0, 0.0)
    inside = counts[found] - below
    return start + (bounds[found] - start) * ((rank - below) / inside) if inside else math.nan


def _ordered(buckets: Sequence[Bucket]) -> tuple[list[float], list[float]]:
    """Return bounds that go up and counts that do not go down, of which several under one bound are added."""
    together: dict[float, float] = {}
    for bound, count in sorted(buckets):
        together[bound] = together.get(bound, 0.0) + count
    return list(together), list(accumulate(together.values(), max))


def _bound(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
