"""What a metric source gives: a measurement, a rate or samples; and numbers, read as strictly as a gate must."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from gonogo.measurement import Measurement, now
from gonogo.outcome import Inconclusive
from gonogo.probes.metrics.histogram import Histogram


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of `total` things were `events`, such as refused plans of all plans created.

    Attributes:
        subject: What was counted, as a reader would say it.
        events, total: Whole numbers, 0 <= events <= total.
        min_samples: How many the total must be before the rate says anything (of the environment file).
        source, query: Where it comes from, and what was asked there.
        at: When, RFC 3339 in UTC.
        window_s: Over how long it was counted, in seconds, where that is known.
    """

    subject: str
    events: int
    total: int
    min_samples: int = 1
    source: str = "metrics"
    query: str = ""
    at: str = field(default_factory=now)
    window_s: float | None = None

    @property
    def samples(self) -> int:
        """How many things it rests on."""
        return self.total


@dataclass(frozen=True, slots=True)
class Samples:
    """Values that are only known by the bucket they fell into.

    Attributes:
        subject: What was measured.
        histogram: How many fell into each bucket, bounds in the base unit `unit`.
        source, query, at, window_s: As of a rate.
    """

    subject: str
    histogram: Histogram
    unit: str = "s"
    source: str = "metrics"
    query: str = ""
    at: str = field(default_factory=now)
    window_s: float | None = None

    @property
    def samples(self) -> int:
        """How many values there are."""
        return int(self.histogram.total)

    def quantile(self, q: float, value: float | None = None) -> Measurement:
        """Return the q-quantile: interpolated within its bucket, and an interval whose ends are bounds of buckets.

        Args:
            q: In (0, 1).
            value: The same quantile as the source itself interpolates it.

        Raises:
            Inconclusive: If there are no values, the quantile lies in the last bucket, which has no end, or `value`
                lies outside of the interval.
        """
        found, low, high = self.histogram.quantile(q) if self.samples else (math.nan, 0.0, 0.0)
        place = f"{self.subject}: [{self.source}: {self.query}]"
        if math.isnan(found):
            raise Inconclusive(f"{place} no values in the window, and so no quantile; wait for traffic")
        if math.isinf(found):
            bound = self.histogram.bounds[-2] if len(self.histogram.bounds) > 1 else 0.0
            raise Inconclusive(
                f"{place} the quantile lies in the last bucket, somewhere above {bound:g} {self.unit}; let the target "
                "have greater buckets"
            )
        if value is not None and not low * (1 - 1e-9) <= value <= high * (1 + 1e-9):
            raise Inconclusive(
                f"{place} gave {value:g} {self.unit}, but its buckets say {low:g} to {high:g}; they do not belong "
                "together"
            )
        shown = found if value is None else value
        return Measurement(
            self.subject, shown, self.unit, low, high, self.samples, self.window_s, self.source, self.query, self.at
        )


Figure = Measurement | Rate | Samples


def counted(name: str, min_samples: int, rows: Sequence[Mapping[str, Any]]) -> Rate:
    """Return the rate in the one row of a query, from its columns `events` and `total`.

    Raises:
        Inconclusive: If there is not one such row, a count is NULL, negative or not whole, or there are more events
            than there is in total. NULL is never taken for zero.
    """
    if len(rows) != 1 or set(rows[0]) != {"events", "total"}:
        shape = f"{len(rows)} rows with the columns {', '.join(rows[0]) if rows else '(none)'}"
        raise Inconclusive(f"{name}: the query gave {shape}, required one row with events and total [sql: {name}]")
    part, whole_ = (whole(name, column, number(name, column, plain(rows[0][column]))) for column in ("events", "total"))
    return rate(name, part, whole_, min_samples, "sql", name)


def rate(
    name: str, events: int, total: int, min_samples: int, source: str, query: str, window_s: float | None = None
) -> Rate:
    """Return the rate; Inconclusive if there are more events than there is in total."""
    if events > total:
        raise Inconclusive(
            f"{name}: {events} events of {total} in total [{source}: {query}]; they do not belong together"
        )
    return Rate(name, events, total, min_samples, source, query, window_s=window_s)


def plain(found: Any) -> Any:
    """Return a NUMERIC of the database, such as a sum, as a number of ours."""
    return float(found) if isinstance(found, Decimal) else found


def number(name: str, reference: str, found: Any) -> int | float:
    """Return what was found at `reference` if it is a finite number of 0 or more, else raise Inconclusive."""
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        raise Inconclusive(f"{name}: {found!r} at {reference} is no number")
    if found < 0:
        raise Inconclusive(f"{name}: {found} at {reference} is negative; the counter is not to be trusted")
    return found


def whole(name: str, reference: str, found: int | float) -> int:
    """Return a count; Inconclusive where it is not whole."""
    if found != int(found):
        raise Inconclusive(f"{name}: {found} at {reference} is not whole, though it counts something")
    return int(found)


def in_unit(found: int | float, scale: float, unit: str) -> int | float:
    """Return a number in the base unit; a count that is whole as an integer."""
    value = found if scale == 1 else found * scale
    return int(value) if unit == "count" and value == int(value) else value
