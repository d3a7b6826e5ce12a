"""Histograms as monitoring keeps them: how many values fell into each bucket, and what that says of a quantile."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


class Reset(Exception):
    """A counter is lower than it was: the process that counts began anew, and what it counted before is lost."""


@dataclass(frozen=True, slots=True)
class Histogram:
    """Values by bucket.

    Attributes:
        bounds: Upper bounds, ascending, shape (n,); the last is infinite.
        counts: How many values lie above the bound before and up to this one, shape (n,), 0 or more.
    """

    bounds: tuple[float, ...]
    counts: tuple[float, ...]

    @classmethod
    def cumulative(cls, pairs: Iterable[tuple[float, float]]) -> "Histogram":
        """Return the histogram of (upper bound, how many values up to it) pairs, in any order.

        A count that is lower than that of the bound below by rounding only (as of extrapolated increases) is lifted.

        Raises:
            ValueError: If there is no infinite bound, a bound comes twice, or counts fall or are not finite.
        """
        ordered = sorted(pairs)
        bounds = tuple(bound for bound, _ in ordered)
        if not bounds or bounds[-1] != math.inf or len(set(bounds)) != len(bounds):
            raise ValueError(f"buckets up to {', '.join(f'{bound:g}' for bound in bounds) or '(none)'}: no histogram")
        counts, below = [], 0.0
        for bound, reached in ordered:
            if not math.isfinite(reached) or reached < below - 1e-6 * max(1.0, below):
                raise ValueError(f"{reached:g} values up to {bound:g}, after {below:g} below it: no histogram")
            counts.append(max(reached - below, 0.0))
            below = max(reached, below)
        return cls(bounds, tuple(counts))

    @property
    def total(self) -> float:
        """How many values there are."""
        return math.fsum(self.counts)

    def minus(self, earlier: "Histogram") -> "Histogram":
        """Return the values that came since `earlier`.

        Raises:
            Reset: If a bucket holds fewer than it did.
            ValueError: If the bounds are others.
        """
        if self.bounds != earlier.bounds:
            raise ValueError("the buckets have other bounds than before")
        if any(now < before for now, before in zip(self.counts, earlier.counts, strict=True)):
            raise Reset
        return Histogram(self.bounds, tuple(a - b for a, b in zip(self.counts, earlier.counts, strict=True)))

    def plus(self, other: "Histogram") -> "Histogram":
        """Return the values of both; ValueError if the bounds differ."""
        if self.bounds != other.bounds:
            raise ValueError("series of one histogram have buckets of different bounds")
        return Histogram(self.bounds, tuple(a + b for a, b in zip(self.counts, other.counts, strict=True)))

    def scaled(self, factor: float) -> "Histogram":
        """Return the histogram with bounds in another unit."""
        return Histogram(tuple(bound * factor for bound in self.bounds), self.counts)

    def quantile(self, q: float, confidence: float = 0.99) -> tuple[float, float, float]:
        """Return value, low and high of the q-quantile; there must be at least one value.

        The value is interpolated within its bucket. The interval reaches from the lower bound of the bucket that holds
        the lower order statistic to the upper bound of that which holds the upper one: it covers both what the bucket
        hides and what chance does. An end beyond the samples is 0 or infinite.

        Source: Prometheus, histogram_quantile, for the value; binomial order-statistic interval for the ends.
        """
        from scipy.stats import binom  # heavy, and only needed where histograms are read

        n, tail = int(self.total), (1 - confidence) / 2
        lower, upper = int(binom.ppf(tail, n, q)), int(binom.isf(tail, n, q)) + 1
        low = self._bucket(lower)[0] if lower >= 1 else min(0.0, self.bounds[0])
        high = self._bucket(upper)[1] if upper <= n else math.inf
        return self._interpolated(q * self.total), low, high

    def resolution(self) -> float:
        """Return the widest bucket that holds values, as upper over lower bound: what a comparison cannot see."""
        widths = [upper / lower if lower > 0 else math.inf for lower, upper, n in self._edges() if n > 0]
        return max(widths, default=math.inf)

    def spread(self) -> list[float]:
        """Return one value for each sample, evenly spread within its bucket, ascending, shape (total,).

        Values of the last bucket, which has no end, are spread up to twice its lower bound: only their rank counts.
        """
        values = []
        for lower, upper, count in self._edges():
            end = upper if math.isfinite(upper) else 2 * max(lower, 1e-9)
            n = round(count)
            values += [lower + (end - lower) * (place + 0.5) / n for place in range(n)]
        return values

    def _edges(self) -> list[tuple[float, float, float]]:
        """Return lower bound, upper bound and count of each bucket; the first begins at 0 where it can."""
        bounds = (min(0.0, self.bounds[0]), *self.bounds)
        return [(*edges, count) for edges, count in zip(pairwise(bounds), self.counts, strict=True)]

    def _bucket(self, rank: float) -> tuple[float, float, float, float]:
        """Return the edges of the bucket that holds the value of this rank, its count, and how many lie below it."""
        below = 0.0
        for lower, upper, count in self._edges():
            if count > 0 and below + count >= rank * (1 - 1e-12):
                return lower, upper, count, below
            below += count
        return self.bounds[-1], math.inf, 0.0, below

    def _interpolated(self, rank: float) -> float:
        lower, upper, count, below = self._bucket(rank)
        return math.inf if math.isinf(upper) else lower + (upper - lower) * (rank - below) / count
