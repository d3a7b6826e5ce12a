"""What is on record of the days before and after the rollout: requests, resources, use, classification, exports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gonogo.outcome import Inconclusive
from systems.docflow import reports
from systems.docflow.service import DocFlow
from systems.papers import Papers

DAY = timedelta(hours=24)
Row = dict[str, Any]


@dataclass(frozen=True)
class Requests:
    """Recorded requests of one release.

    Attributes:
        seconds: Response times of at most 20 000 of them, taken by lot, shape (n,).
        percentiles_ms: Of all of them, by name: "p50 ms", "p95 ms", "p99 ms".
        total, server_errors: How many there are, and how many were answered with a server error.
    """

    seconds: Sequence[float]
    percentiles_ms: dict[str, float]
    total: int
    server_errors: int


@dataclass(frozen=True)
class Adoption:
    """How many admins have tried a feature, of how many, and whether the time to do so is over."""

    tried: int
    admins: int
    over: bool


def began(docflow: DocFlow) -> datetime:
    """Return when the full rollout began, by the team's phase log."""
    return reports.full_rollout(Papers(docflow.router.folder("documents")))


def before(docflow: DocFlow) -> Requests:
    """Return the recorded requests of the former release."""
    return _requests(docflow, docflow.router.text("former release"), None)


def after(docflow: DocFlow) -> Requests:
    """Return the recorded requests of the release, in the 24 hours after the full rollout began."""
    return _requests(docflow, docflow.bench.release, began(docflow))


def figures(docflow: DocFlow) -> dict[str, tuple[float, float]]:
    """Return every figure of the performance report, before and after, in the units of its name."""
    releases = docflow.router.text("former release"), docflow.bench.release
    was, now = (
        one.percentiles_ms | {"error rate %": 100 * one.server_errors / one.total} | _resources(docflow, release)
        for one, release in zip((before(docflow), after(docflow)), releases, strict=True)
    )
    return {name: (was[name], now[name]) for name in was}


def baseline(docflow: DocFlow) -> dict[str, float]:
    """Return the figures of the performance baseline as the requests of the release give them."""
    since = began(docflow)
    (row,) = docflow.router.query(
        "baseline of a release", release=docflow.bench.release, since=since, until=since + DAY
    )
    if row["api_p95_ms"] is None or row["publish_p95_ms"] is None:
        raise Inconclusive("no requests, or no publishing, of the release is on record; record the traffic first")
    return {name: float(value) for name, value in row.items()}


def use(docflow: DocFlow, feature: str) -> tuple[int, int]:
    """Return how many admins have used a feature in the first 24 hours, and how often."""
    since = began(docflow)
    (row,) = docflow.router.query("use of a feature", feature=feature, since=since, until=since + DAY)
    return int(row["admins"]), int(row["uses"])


def adoption(docflow: DocFlow, within: timedelta) -> Adoption:
    """Return how many admins have tried any of the features within a time of the full rollout."""
    since = began(docflow)
    (row,) = docflow.router.query("admins who have tried a feature", since=since, until=since + within)
    return Adoption(int(row["tried"]), int(row["admins"]), over=row["present"] >= since + within)


def critical_errors(docflow: DocFlow, within: timedelta) -> list[str]:
    """Return the critical errors on record within a time of the full rollout."""
    since = began(docflow)
    rows = docflow.router.query("critical errors", since=since, until=since + within)
    return [f"{row['at']:%Y-%m-%d %H:%M} {row['component']}: {row['message']}" for row in rows]


def longest_gap_s(docflow: DocFlow, within: timedelta) -> float:
    """Return the longest stretch of the time after the full rollout without a request on record, in seconds."""
    since = began(docflow)
    (row,) = docflow.router.query("longest gap in the requests", since=since, until=since + within)
    return float(row["seconds"])


def by_hand(docflow: DocFlow) -> tuple[float, float]:
    """Return the share of documents classified by hand: on the days before the full rollout, and from its day on.

    Raises:
        Inconclusive: If either is not on record.
    """
    (row,) = docflow.router.query("share classified by hand", day=began(docflow).date())
    if row["before"] is None or row["after"] is None:
        raise Inconclusive("the classification before and after the rollout is not on record; record it first")
    return float(row["before"]), float(row["after"])


def _resources(docflow: DocFlow, release: str) -> dict[str, float]:
    (row,) = docflow.router.query("resources of a release", release=release)
    if row["cpu_percent"] is None:
        raise Inconclusive(f"the resources of {release} are not on record; record them first")
    return {"CPU %": float(row["cpu_percent"]), "memory MB": float(row["memory_mb"])}


def _requests(docflow: DocFlow, release: str, since: datetime | None) -> Requests:
    until = since + DAY if since else None
    asked = {"release": release, "since": since, "until": until}
    (row,) = docflow.router.query("requests of a release", **asked)
    if not row["total"]:
        raise Inconclusive(f"no request of {release} is on record, so that nothing can be compared; record them first")
    percentiles = {f"p{p} ms": float(row[f"p{p}_ms"]) for p in (50, 95, 99)}
    seconds = [float(one["seconds"]) for one in docflow.router.query("response times of a release", **asked)]
    return Requests(seconds, percentiles, int(row["total"]), int(row["errors"]))
