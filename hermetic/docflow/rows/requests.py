"""The recorded requests of the days round the rollout: before it, in the canary, and after; the same in every world."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from statistics import quantiles
from typing import Any

from hermetic.docflow.broken.past import slowed
from hermetic.docflow.database import Connection
from hermetic.docflow.rows.copying import copy
from hermetic.docflow.server.pace import PUBLISH_MS, READ_MS, SIGMA
from hermetic.docflow.world import OLD_RELEASE

DAY = timedelta(days=1)
PER_DAY, IN_CANARY = 3000, 600
FAILS_EACH = 1500
HEAVIER = 1.01  # the release does a little more
ADMIN = "/api/admin"
PUBLISH = f"{ADMIN}/documents/{{id}}/publish"
ROUTES = (
    *(f"{ADMIN}/queue",) * 8,
    *(f"{ADMIN}/analytics",) * 4,
    f"{ADMIN}/analytics/export",
    *(f"{ADMIN}/documents",) * 3,
    *(PUBLISH,) * 4,
)
COLUMNS = ("at", "release", "arm", "route", "status", "duration_ms")
Row = tuple[datetime, str, str, str, int, float]


@dataclass(frozen=True)
class Span:
    """A span of the record.

    Args:
        begins: When it begins.
        length: How long it is.
        count: How many requests it has, at even distances.
        release: What served them; of the canary, while there is one.
        canary: Whether a tenth was served by the canary on that release, and the rest by the release before.
    """

    begins: datetime
    length: timedelta
    count: int
    release: str
    canary: bool = False


@cache
def drawn(seed: int, count: int) -> tuple[tuple[str, int, float], ...]:
    """Return route, status and duration, in times the usual one of the route, of so many requests."""
    random = Random(seed)
    shares = [random.choice(ROUTES) for _ in range(count)]
    return tuple(
        (
            route,
            500 if number % FAILS_EACH == FAILS_EACH // 2 else 200,
            random.lognormvariate(0, SIGMA),
        )
        for number, route in enumerate(shares)
    )


def spans(canary: datetime, full: datetime, release: str) -> list[Span]:
    """Return what is on record: a day before the canary, the canary, and two days after."""
    return [
        Span(canary - DAY, DAY, PER_DAY, OLD_RELEASE),
        Span(canary, full - canary, IN_CANARY, release, canary=True),
        Span(full, DAY, PER_DAY, release),
        Span(full + DAY, DAY, PER_DAY, release),
    ]


def rows(recorded: list[Span], faults: Collection[str]) -> Iterator[Row]:
    for seed, span in enumerate(recorded):
        step = span.length / span.count
        for number, (route, status, times) in enumerate(drawn(seed, span.count)):
            arm = "canary" if number % 10 == 3 else "stable"
            release = span.release if arm == "canary" or not span.canary else OLD_RELEASE
            factor = 1.0 if release == OLD_RELEASE else HEAVIER * slowed(times, faults)
            took = (PUBLISH_MS if route == PUBLISH else READ_MS) * times
            yield span.begins + number * step, release, arm, route, status, round(took * factor, 3)


def fill(
    connection: Connection, canary: datetime, full: datetime, release: str, faults: Collection[str]
) -> dict[str, Any]:
    """Store the record; return how the canary did, as the audit event says it.

    Args:
        canary: When the canary began.
        full: When everybody got the release.
    """
    recorded = list(rows(spans(canary, full, release), faults))
    copy(connection, "requests", COLUMNS, recorded)
    return _metrics([row for row in recorded if row[2] == "canary" and canary <= row[0] < full])


def _metrics(canary: list[Row]) -> dict[str, Any]:
    def p95(times: list[float]) -> float:
        return round(quantiles(times, n=20)[-1], 3)

    failed = sum(row[4] >= 500 for row in canary)
    return {
        "api_p95_ms": p95([row[5] for row in canary if row[3] != PUBLISH]),
        "publish_p95_ms": p95([row[5] for row in canary if row[3] == PUBLISH]),
        "error_rate_percent": round(100 * failed / len(canary), 3),
    }
