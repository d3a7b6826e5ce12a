"""Latencies as counts in log-linear buckets: bounded, mergeable by adding integers, and exact to 0.05 %.

A latency is kept in units of 10 ns. Below 2,048 units every unit has a bucket of its own; above, every power of two has
1,024. So a bucket is at most 1/1024 of its value wide, from 20 us to hours.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

UNITS_PER_S = 100_000_000
_EXACT = 2048
_BITS = 11

Counts = dict[int, int]
"""Bucket -> how many latencies fell into it."""


def counts() -> Counts:
    """Return empty counts that can be added to without asking first."""
    return defaultdict(int)


def bucket_of(seconds: float) -> int:
    """Return the bucket of a latency; a negative one (two clocks that differ) counts as zero."""
    units = int(seconds * UNITS_PER_S)
    if units < _EXACT:
        return max(units, 0)
    shift = units.bit_length() - _BITS
    return (shift << 10) + (units >> shift)


@lru_cache(maxsize=1 << 16)
def bounds(bucket: int) -> tuple[float, float]:
    """Return the ends of a bucket in s; the upper one no longer belongs to it."""
    if bucket < _EXACT:
        return bucket / UNITS_PER_S, (bucket + 1) / UNITS_PER_S
    shift = (bucket >> 10) - 1
    low = bucket - (shift << 10)
    return (low << shift) / UNITS_PER_S, ((low + 1) << shift) / UNITS_PER_S


def add(into: Counts, more: Mapping[int, int]) -> None:
    """Add `more` to the counts `into`."""
    for bucket, count in more.items():
        into[bucket] = into.get(bucket, 0) + count


@dataclass(frozen=True)
class Histogram:
    """Counts that can be asked for ranks, quantiles and means. Times in s."""

    counts: Mapping[int, int]
    total: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "total", sum(self.counts.values()))

    @classmethod
    def of(cls, *several: Mapping[int, int]) -> "Histogram":
        """Return the histogram of several counts together."""
        whole = counts()
        for one in several:
            add(whole, one)
        return cls(dict(sorted(whole.items())))

    @classmethod
    def from_samples(cls, samples: Iterable[float]) -> "Histogram":
        """Return the histogram of single latencies."""
        found = counts()
        for sample in samples:
            found[bucket_of(sample)] += 1
        return cls.of(found)

    def at_rank(self, rank: int) -> tuple[float, float]:
        """Return the ends of the bucket that holds the `rank`-th smallest latency, from 1.

        A rank that there is not gives an infinite end: minus infinity below 1, infinity above the total.
        """
        if rank < 1:
            return -math.inf, -math.inf
        seen = 0
        for bucket, count in sorted(self.counts.items()):
            seen += count
            if seen >= rank:
                return bounds(bucket)
        return math.inf, math.inf

    def quantile(self, q: float) -> float:
        """Return the q-quantile (the middle of its bucket; the ceil(n q)-th smallest), NaN when there is nothing."""
        if not self.total:
            return math.nan
        low, high = self.at_rank(max(1, math.ceil(self.total * q)))
        return (low + high) / 2

    def moments(self) -> tuple[float, float]:
        """Return mean and standard deviation, of the middles of the buckets; NaN where there are too few."""
        if not self.total:
            return math.nan, math.nan
        middles = [(sum(bounds(bucket)) / 2, count) for bucket, count in self.counts.items()]
        mean = math.fsum(middle * count for middle, count in middles) / self.total
        if self.total < 2:
            return mean, math.nan
        squares = math.fsum(count * (middle - mean) ** 2 for middle, count in middles)
        return mean, math.sqrt(squares / (self.total - 1))
