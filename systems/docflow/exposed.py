"""What both instances of DocFlow expose as Prometheus text, read at one moment and compared with another."""

from collections.abc import Mapping
from dataclasses import dataclass

from gonogo.measurement import Limit, Measurement
from gonogo.metric_settings import ExpositionSettings
from gonogo.probes.metrics.snapshot import Snapshot
from gonogo.target import Target
from systems.docflow.service import DocFlow
from systems.waiting import read_until

ABSENT = "absent"


@dataclass(frozen=True)
class Exposed:
    """The metrics of each arm, by its name."""

    arms: Mapping[str, Snapshot]

    def kinds(self, metric: str) -> dict[str, str]:
        """Return what `metric` is at each arm: "counter", "gauge", "histogram", "summary", "unknown" or ABSENT."""
        return {arm: _kind(snapshot, metric) for arm, snapshot in self.arms.items()}

    def total(self, metric: str, part: str = "") -> float:
        """Return the sum of `metric` over both arms; of a histogram, how many values it holds.

        Args:
            metric: Its name. One that is absent has counted nothing.
            part: A label's value that a series must have, such as the name of a feature; "" takes every series.
        """
        return sum(_total(snapshot, metric, part) for snapshot in self.arms.values())


@dataclass(frozen=True)
class Answers:
    """How many answers an instance has counted since it was started, and how many of these were server errors."""

    total: int
    server_errors: int


def read(docflow: DocFlow) -> Exposed:
    """Return what both arms expose now; raises as `ExpositionSource.scrape` does."""
    return Exposed({arm: _scrape(target) for arm, target in docflow.arms.items()})


def rise(docflow: DocFlow, since: Exposed, metric: str, limit: Limit, part: str = "") -> Measurement:
    """Return by how much `metric` has risen, read until that is within `limit`, at most for 10 s.

    What a page did is counted when its report arrives, and that may be after the reader has seen it done.
    """
    before = since.total(metric, part)
    risen = read_until(lambda: read(docflow).total(metric, part) - before, limit.holds)
    return Measurement(f"rise of {metric}{f' of {part}' if part else ''}", risen, source="exposition")


def new_endpoints(docflow: DocFlow) -> Answers:
    """Return what the canary has counted of the endpoints that the features use."""
    routes = {docflow.canary.path(name) for name in ("queue", "analytics", "schedules")}
    counted = _scrape(docflow.canary).samples.get("http_requests_total", {})
    found = [(dict(labels).get("status", ""), value) for labels, value in counted.items() if _of(labels, routes)]
    return Answers(int(sum(n for _, n in found)), int(sum(n for status, n in found if status.startswith("5"))))


def crashes(docflow: DocFlow) -> tuple[bool, int]:
    """Return whether the canary counts crashes of components at all, and how many it has since it was started."""
    snapshot = _scrape(docflow.canary)
    return _kind(snapshot, "ui_component_crashes_total") == "counter", int(
        _total(snapshot, "ui_component_crashes_total", "")
    )


def _scrape(target: Target) -> Snapshot:
    asked = ExpositionSettings(path=target.path("metrics"), metric="process_start_time_seconds")
    return target.exposition.scrape(f"metrics of {target.name}", asked)


def _kind(snapshot: Snapshot, metric: str) -> str:
    try:
        return snapshot.kind(metric)
    except KeyError:
        return ABSENT


def _total(snapshot: Snapshot, metric: str, part: str) -> float:
    name = f"{metric}_count" if _kind(snapshot, metric) == "histogram" else metric
    found = snapshot.samples.get(name) or snapshot.samples.get(f"{name}_total", {})  # as counters are read
    return sum(value for labels, value in found.items() if not part or part in dict(labels).values())


def _of(labels: frozenset[tuple[str, str]], routes: set[str]) -> bool:
    return dict(labels).get("route") in routes
