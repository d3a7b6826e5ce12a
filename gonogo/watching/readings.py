"""Readings of both arms from one Prometheus: counts since their processes began, at steps of its own clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gonogo.metric_settings import PrometheusSettings
from gonogo.outcome import Inconclusive
from gonogo.probes.metrics.freshness import Freshness
from gonogo.probes.metrics.histogram import Histogram
from gonogo.probes.metrics.prometheus_api import PrometheusApi
from gonogo.promql import Query, parse
from gonogo.units import show
from gonogo.watch_settings import HistogramSettings, HistogramsSettings
from gonogo.watching.counted import Reading

ARMS = ("candidate", "baseline")
_SUBJECT = "canary"

Key = tuple[str, str]
"""Operation and arm."""
Points = Mapping[int, float]
"""A value at each step."""


@dataclass(frozen=True, slots=True)
class Course:
    """What was counted of one operation of one arm, step by step.

    Attributes:
        query: What was asked for the buckets.
        buckets: How many latencies there were up to each upper bound (s).
        counters: How many requests there were, and how many of them failed; empty where no counter is named.
    """

    query: str
    buckets: Mapping[float, Points]
    counters: Sequence[Points]

    def reading(self, step: int) -> Reading | None:
        """Return the counts at a step, None where they are absent; ValueError if its buckets are no histogram."""
        pairs = [(bound, points[step]) for bound, points in self.buckets.items() if step in points]
        if not pairs or (self.counters and step not in self.counters[0]):
            return None
        latencies = Histogram.cumulative(pairs)
        if not self.counters:
            return Reading(latencies)
        return Reading(latencies, self.counters[0][step], self.counters[1].get(step, 0.0))


class Readings:
    """Asks one Prometheus for every operation of both arms.

    Attributes:
        settings: What is counted, and which labels tell the arms apart.
    """

    def __init__(self, settings: HistogramsSettings, api: PrometheusApi, server: PrometheusSettings) -> None:
        self.settings, self._api, self._server = settings, api, server
        self._fresh = Freshness(api, server)
        self._origin, self._step_s = 0.0, 0.0

    def start(self, step_s: float) -> dict[Key, Reading]:
        """Begin now, with steps of `step_s`, and return where each count stands.

        Raises:
            Unverified: If it does not answer.
            Inconclusive: If an instance is down, or a series is absent or stale.
        """
        self._step_s = step_s
        self._origin = self._moment()
        self._fresh.up(_SUBJECT, None, self._origin)
        return self.whole(0, 0)[0]

    def complete_s(self) -> float:
        """Return up to when, in s from the start, all scrapes are in; raises as `start`."""
        return self._moment() - self._origin - self._server.scrape_s

    def whole(self, first: int, last: int) -> dict[int, dict[Key, Reading]]:
        """Return the readings of each step from `first` to `last` after the start at which every count is there.

        A scrape that failed leaves none up to the next one; what was counted meanwhile shows in the step after it.

        Raises:
            Unverified: If it does not answer.
            Inconclusive: If no step is whole, or the buckets of one are no histogram.
        """
        steps = range(first, last + 1)
        courses = {
            (name, arm): self._course(operation, arm, steps)
            for name, operation in self.settings.operations.items()
            for arm in ARMS
        }
        found = {step: self._at(step, courses) for step in steps}
        whole = {step: readings for step, readings in found.items() if len(readings) == len(courses)}
        if not whole:
            lacking = next(course.query for key, course in courses.items() if key not in found[first])
            raise Inconclusive(f"{lacking}: not there {self._time(first)} after the start; wait for its scrape")
        return whole

    def close(self) -> None:
        """Close the connections."""
        self._api.close()

    def _moment(self) -> float:
        """Return the server's present; every series that is needed must be fresh then."""
        moment = self._fresh.moment(_SUBJECT)
        for operation in self.settings.operations.values():
            for arm in ARMS:
                self._fresh.every(_SUBJECT, self._demanding(operation.buckets(self._labels(arm))), moment)
        return moment

    def _course(self, operation: HistogramSettings, arm: str, steps: range) -> Course:
        buckets = self._demanding(operation.buckets(self._labels(arm)))
        found = self._range(f"sum by (le) ({buckets.text})", steps)
        by_bound = {float(le) * operation.scale: points for le, points in found.items() if le}
        counters = operation.counters(self._labels(arm)) or ()
        sums = [self._range(f"sum({self._demanding(query).text})", steps).get("", {}) for query in counters]
        return Course(buckets.text, by_bound, sums)

    def _at(self, step: int, courses: Mapping[Key, Course]) -> dict[Key, Reading]:
        """Return the readings that are there at a step."""
        found = {}
        for key, course in courses.items():
            try:
                reading = course.reading(step)
            except ValueError as error:
                raise Inconclusive(f"{course.query}, {self._time(step)} after the start: {error}") from None
            if reading is not None:
                found[key] = reading
        return found

    def _time(self, step: int) -> str:
        return show(step * self._step_s, "s")

    def _range(self, query: str, steps: range) -> dict[str, dict[int, float]]:
        """Return the value at each step, by the label le."""
        start, end = (self._origin + step * self._step_s for step in (steps[0], steps[-1]))
        return {
            one.labels.get("le", ""): {steps[0] + round((at - start) / self._step_s): value for at, value in one.points}
            for one in self._api.range(query, start, end, self._step_s)
        }

    def _labels(self, arm: str) -> dict[str, str]:
        return self.settings.candidate if arm == "candidate" else self.settings.baseline

    def _demanding(self, query: Query) -> Query:
        return parse(query.with_labels(self._server.labels))
