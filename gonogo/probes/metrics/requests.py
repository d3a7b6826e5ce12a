"""Requests of one arm as a judge of two arms takes them: from histograms that were scraped, or from an access log."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from gonogo.outcome import Inconclusive
from gonogo.probes.metrics.histogram import Histogram, Reset

_NEEDED = frozenset({"at", "latency", "status"})


@dataclass(frozen=True, slots=True)
class Interval:
    """What one arm served between two scrapes.

    Attributes:
        start, end: When it was scraped, Unix time.
        buckets: (upper bound in s, count) pairs, ascending, of what came in between.
    """

    start: float
    end: float
    histogram: Histogram

    @property
    def buckets(self) -> tuple[tuple[float, float], ...]:
        """Upper bound in s, and count, of each bucket, ascending."""
        return tuple(zip(self.histogram.bounds, self.histogram.counts, strict=True))


@dataclass(frozen=True, slots=True)
class Requests:
    """Requests of one arm, as columns of shape (n,).

    Attributes:
        at_s: When each was sent, in s from the start of the canary.
        latency_s: How long it took.
        failed: Whether it failed.
        resolution: The widest bucket that a latency was read from, as upper over lower bound; 1 for exact latencies.
    """

    at_s: tuple[float, ...] = ()
    latency_s: tuple[float, ...] = ()
    failed: tuple[bool, ...] = ()
    resolution: float = 1.0

    def __len__(self) -> int:
        return len(self.at_s)

    def shows_within(self, limit: float) -> bool:
        """Return whether latencies are known well enough to show that an arm is slower by less than `limit` (a ratio).

        A shift within one bucket is seen by nobody: from wider buckets a judge may conclude "missed", never "met".
        """
        return self.resolution <= 1 + limit

    def plus(self, other: "Requests") -> "Requests":
        """Return the requests of both."""
        return Requests(
            self.at_s + other.at_s,
            self.latency_s + other.latency_s,
            self.failed + other.failed,
            max(self.resolution, other.resolution),
        )


def intervals(readings: Sequence[tuple[float, Histogram]], subject: str) -> tuple[Interval, ...]:
    """Return what came between successive readings (Unix time, histogram since the process began).

    Raises:
        Inconclusive: If there are not two readings, they are not in order, a counter was reset or buckets changed.
    """
    if len(readings) < 2:
        raise Inconclusive(f"{subject}: {len(readings)} scrapes, required 2; wait for the next one")
    found = []
    for (start, before), (end, after) in pairwise(readings):
        if end <= start:
            raise Inconclusive(f"{subject}: scrapes at {start:.3f} and {end:.3f} are not in order; the clock was set")
        try:
            found.append(Interval(start, end, after.minus(before)))
        except Reset:
            raise Inconclusive(
                f"{subject}: a counter was reset after {start:.0f}; what it had counted is lost"
            ) from None
        except ValueError as error:
            raise Inconclusive(f"{subject}: {error}, after {start:.0f}; watch one release at a time") from None
    return tuple(found)


def from_histograms(found: Iterable[Interval], start: float, *, failed: bool = False) -> Requests:
    """Return the requests behind histograms: as many, each somewhere in its bucket and its interval.

    Ranks: within a bucket values are evenly spread, in both arms by the same rule, so that a bucket's ties never favour
    an arm and its ranks vary less than by chance, which makes a rank test more careful. Times: the middle of the
    interval, so that a whole interval falls into one stratum; let strata be multiples of the scrape interval.

    Args:
        found: Intervals of one arm.
        start: When the canary began, Unix time.
        failed: Whether these requests failed (histograms are kept apart by status).
    """
    whole = Requests()
    for one in found:
        values = tuple(one.histogram.spread())
        middle = (one.start + one.end) / 2 - start
        width = one.histogram.resolution() if values else 1.0
        whole = whole.plus(Requests((middle,) * len(values), values, (failed,) * len(values), width))
    return whole


def from_access_log(
    lines: Iterable[str], pattern: str, start: float, *, scale: float = 1.0, failing: str = "5.."
) -> dict[str, Requests]:
    """Return the requests of each arm that an access log tells of.

    Args:
        lines: Lines of the log.
        pattern: A regular expression with the groups `at` (RFC 3339 with zone, or Unix time), `latency`, `status`, and
            `arm` where one log holds several; it must match every line that is not empty.
        start: When the canary began, Unix time.
        scale: Factor from the log's latency to seconds.
        failing: Which statuses are failures, as an expression for the whole status.

    Raises:
        Inconclusive: If a line does not match, or holds no number or time where it should: what is left out may be just
            what is slow.
    """
    expression = re.compile(pattern)
    if missing := _NEEDED - set(expression.groupindex):
        raise ValueError(f"the pattern of the access log has no group {', '.join(sorted(missing))}")
    rows: dict[str, list[tuple[float, float, bool]]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        match = expression.search(line)
        if match is None:
            raise Inconclusive(
                f"access log, line {number}: does not match {pattern!r}; mend the pattern, no line is left out"
            )
        groups = match.groupdict()
        row = (_moment(groups, number) - start, _number(groups, number) * scale)
        rows.setdefault(groups.get("arm") or "", []).append((*row, bool(re.fullmatch(failing, groups["status"]))))
    return {arm: Requests(*_columns(found)) for arm, found in rows.items()}


def _columns(
    rows: list[tuple[float, float, bool]],
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[bool, ...]]:
    times, latencies, marks = zip(*rows, strict=True)
    return times, latencies, marks


def _moment(groups: Mapping[str, str], number: int) -> float:
    text = groups["at"]
    with suppress(ValueError):
        return float(text)
    with suppress(ValueError):
        if (found := datetime.fromisoformat(text)).tzinfo is not None:
            return found.timestamp()
    raise Inconclusive(f"access log, line {number}: {text!r} is no time with a zone; let the log write one")


def _number(groups: Mapping[str, str], number: int) -> float:
    try:
        return float(groups["latency"])
    except ValueError:
        raise Inconclusive(
            f"access log, line {number}: {groups['latency']!r} is no latency; let the log write one"
        ) from None
