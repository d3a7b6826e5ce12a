"""The metrics of one process, in a registry of its own; every series says which arm and which release it is of."""

import time
from collections.abc import Collection, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from hermetic.docflow.broken.metrics import exposed, is_counted
from hermetic.docflow.server.figures import COUNTERS, GAUGES, HISTOGRAMS, Figure

CONSTANT = ("arm", "release")
STATUSES = ("200", "500", "503")
AWKWARD = b"revenue_total_eur"  # a counter whose name does not end as counters' names do
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """Counters, histograms and gauges by their public names.

    Args:
        arm: Which arm the process serves.
        release: Which release it runs.
        featured: Whether that release has the features' metrics.
        faults: The planted faults.
    """

    def __init__(self, arm: str, release: str, *, featured: bool, faults: Collection[str]) -> None:
        self._constant = {"arm": arm, "release": release}
        self._faults = faults
        self._registry = CollectorRegistry()
        self._counters = {name: self._counter(name, figure) for name, figure in _there(COUNTERS, featured)}
        self._histograms = {name: self._histogram(name, figure) for name, figure in _there(HISTOGRAMS, featured)}
        self._gauges = {
            name: Gauge(name, figure.meaning, CONSTANT, registry=self._registry)
            for name, figure in _there(GAUGES, featured)
        }
        self._begin(featured)

    def _counter(self, name: str, figure: Figure) -> Counter:
        return Counter(name, figure.meaning, (*CONSTANT, *figure.labels), registry=self._registry)

    def _histogram(self, name: str, figure: Figure) -> Histogram:
        return Histogram(
            name, figure.meaning, (*CONSTANT, *figure.labels), registry=self._registry, buckets=figure.bounds
        )

    def _begin(self, featured: bool) -> None:
        """Have every series there from the start, with 0, as far as its labels are known."""
        for name, figure in _there(COUNTERS, featured):
            for value in figure.presets or ((None,) if not figure.labels else ()):
                self.count(name, 0, **({figure.labels[0]: value} if value else {}))
        for name, figure in _there(HISTOGRAMS, featured):
            if not figure.labels:
                self._histograms[name].labels(**self._constant)
        self.set("process_start_time_seconds", time.time())

    def expect(self, routes: Iterable[tuple[str, str]]) -> None:
        """Have requests of routes (method, pattern) there with 0, failures too: the first of those is a rise."""
        for method, route in routes:
            for status in STATUSES:
                self.count("http_requests_total", 0, route=route, method=method, status=status)
            self._histograms["api_request_duration_seconds"].labels(**self._constant, route=route, method=method)

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """Count; what the release does not have is not counted."""
        if name in self._counters and (not amount or is_counted(name, self._faults)):
            self._counters[name].labels(**self._constant, **labels).inc(amount)

    def observe(self, name: str, value: float, **labels: str) -> None:
        if name in self._histograms and is_counted(name, self._faults):
            self._histograms[name].labels(**self._constant, **labels).observe(value)

    def set(self, name: str, value: float) -> None:
        if name in self._gauges:
            self._gauges[name].labels(**self._constant).set(value)

    def exposition(self) -> str:
        """Return everything in the text format of Prometheus."""
        text = generate_latest(self._registry).replace(AWKWARD + b"_total", AWKWARD).decode()
        return exposed(text, self._faults)


def _there(figures: Mapping[str, Figure], featured: bool) -> list[tuple[str, Figure]]:
    return [(name, figure) for name, figure in figures.items() if featured or not figure.feature]
