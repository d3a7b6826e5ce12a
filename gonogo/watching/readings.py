"""Readings of both arms from one Prometheus: counts since their processes began, at steps of its own clock."""

from collections.abc import Mapping, Sequence

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
        return {key: readings[0] for key, readings in self.at(0, 0).items()}

    def complete_s(self) -> float:
        """Return up to when, in s from the start, all scrapes are in; raises as `start`."""
        return self._moment() - self._origin - self._server.scrape_s

    def at(self, first: int, last: int) -> dict[Key, list[Reading]]:
        """Return the readings at steps `first` to `last` after the start.

        Raises:
            Unverified: If it does not answer.
            Inconclusive: If a step lacks buckets or counts.
        """
        return {
            (name, arm): self._readings(operation, arm, range(first, last + 1))
            for name, operation in self.settings.operations.items()
            for arm in ARMS
        }

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

    def _readings(self, operation: HistogramSettings, arm: str, steps: range) -> list[Reading]:
        buckets = self._demanding(operation.buckets(self._labels(arm)))
        found = self._range(f"sum by (le) ({buckets.text})", steps)
        by_bound = {float(le) * operation.scale: points for le, points in found.items() if le}
        counters = operation.counters(self._labels(arm)) or ()
        sums = [self._range(f"sum({self._demanding(query).text})", steps).get("", {}) for query in counters]
        return [self._reading(buckets.text, step, by_bound, sums) for step in steps]

    def _reading(self, query: str, step: int, by_bound: Mapping[float, Points], sums: Sequence[Points]) -> Reading:
        pairs = [(bound, points[step]) for bound, points in by_bound.items() if step in points]
        try:
            latencies = Histogram.cumulative(pairs)
            return Reading(latencies, sums[0][step], sums[1].get(step, 0.0)) if sums else Reading(latencies)
        except (ValueError, KeyError) as error:
            at = show(step * self._step_s, "s")
            raise Inconclusive(f"{query}: not whole {at} after the start ({error}); wait for its scrape") from None

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
