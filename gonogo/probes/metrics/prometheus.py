"""Figures from Prometheus: present values and rates that are fresh, whole and one, and their course over a window."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from gonogo.measurement import Measurement
from gonogo.metric_settings import MetricSettings, PrometheusSettings
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.metrics.course import Course, rfc3339
from gonogo.probes.metrics.figures import Rate, Samples, in_unit, rate
from gonogo.probes.metrics.freshness import Freshness
from gonogo.probes.metrics.histogram import Histogram
from gonogo.probes.metrics.prometheus_api import PrometheusApi, Series
from gonogo.promql import Query, parse
from gonogo.promql_checks import plain_quantile

if TYPE_CHECKING:
    from gonogo.target import Target


class PrometheusSource:
    """Reads figures by PromQL, all parts of one figure at one instant of the server's clock."""

    source = "prometheus"

    def __init__(self, api: PrometheusApi, settings: PrometheusSettings) -> None:
        self.api = api
        self._settings = settings
        self._fresh = Freshness(api, settings)

    def read(self, name: str, settings: MetricSettings) -> Measurement | Rate:
        """Return the present figure `name`.

        Raises:
            Unverified: As `PrometheusApi.instant` says.
            Inconclusive: If the clocks differ, an instance was down, there is not exactly one finite value, a series is
                stale, or a counter began anew within the window.
        """
        queries = [self._demanding(query) for query in settings.queries()]
        moment = self._fresh.moment(name)
        self._fresh.up(name, queries[0].window_s, moment)
        if settings.promql_rate is not None:
            return self._rate(name, settings, queries[0], queries[1], moment)
        return self._value(name, settings, queries, moment)

    def course(self, name: str, settings: MetricSettings, window_s: float, step_s: float) -> Course:
        """Return how the figure `name` went over the last `window_s`, each `step_s`; for pictures, and for its worst.

        Raises:
            Unverified, Inconclusive: As `read` says; Inconclusive also if a step has no value.
        """
        query = self._demanding(settings.queries()[0])
        moment = self._fresh.moment(name)
        self._fresh.up(name, window_s + (query.window_s or 0), moment)
        found = self.api.range(query.text, moment - window_s, moment, step_s)
        self._fresh.every(name, query, moment)
        one = self._one(name, query, found, moment)
        steps = math.floor(window_s / step_s + 1e-9) + 1
        points = [
            (at, in_unit(value, settings.scale, settings.unit)) for at, value in one.points if math.isfinite(value)
        ]
        if len(points) < steps:
            raise Inconclusive(
                f"{name}: {len(points)} of {steps} steps have a value over {window_s:g} s [{self.source}: "
                f"{query.text}]; what went on in between is not known"
            )
        return Course(name, settings.unit, tuple(points), self.source, query.text)

    def readings(
        self, name: str, settings: MetricSettings, window_s: float, step_s: float
    ) -> list[tuple[float, Histogram]]:
        """Return the histogram behind the quantile `name`, since its processes began, at each step (Unix time).

        Raises:
            Unverified: If the figure is no plain quantile of buckets, or as `read` says.
            Inconclusive: As `read` says, or if a step lacks buckets.
        """
        query = self._demanding(settings.queries()[0])
        if plain_quantile(query) is None:
            raise Unverified(
                f"{name}: {query.text} is no histogram_quantile of rates of buckets; only that has samples"
            )
        moment = self._fresh.moment(name)
        self._fresh.up(name, window_s, moment)
        self._fresh.every(name, query, moment)
        found = self.api.range(f"sum by (le) ({query.selectors[0]})", moment - window_s, moment, step_s)
        steps: dict[float, list[tuple[float, float]]] = {}
        for one in found:
            for at, value in one.points:
                steps.setdefault(at, []).append((float(one.labels.get("le", "nan")), value))
        if len(steps) < math.floor(window_s / step_s + 1e-9) + 1 or len({len(step) for step in steps.values()}) > 1:
            raise Inconclusive(
                f"{name}: {len(steps)} steps have buckets over {window_s:g} s, or not all; wait for them"
            )
        return [(at, self._cumulative(name, query.text, pairs).scaled(settings.scale)) for at, pairs in steps.items()]

    def ready(self) -> None:
        """Return if it answers, its clock agrees with ours and every instance is up; raises as `read` does."""
        self._fresh.up("metrics", None, self._fresh.moment("metrics"))

    def close(self) -> None:
        """Close the connections."""
        self.api.close()

    def _demanding(self, query: Query) -> Query:
        return parse(query.with_labels(self._settings.labels))

    def _value(self, name: str, settings: MetricSettings, queries: list[Query], moment: float) -> Measurement:
        query = queries[0]
        value = self._number(name, query, moment)
        self._fresh.every(name, query, moment)
        self._fresh.no_reset(name, query, moment)
        value = in_unit(value, settings.scale, settings.unit)
        q = plain_quantile(query)
        at, window = rfc3339(moment), query.window_s
        if q is not None:
            buckets = f"sum by (le) (increase({query.selectors[0].over()}))"
            histogram = self._histogram(name, buckets, moment).scaled(settings.scale)
            samples = Samples(name, histogram, settings.unit, self.source, query.text, at, window)
            return samples.quantile(q, value)
        count = int(self._number(name, queries[1], moment)) if len(queries) > 1 else None
        return Measurement(name, value, settings.unit, None, None, count, window, self.source, query.text, at)

    def _rate(self, name: str, settings: MetricSettings, events: Query, total: Query, moment: float) -> Rate:
        self._fresh.began_before(name, total, moment)
        whole = self._number(name, total, moment) + self._fresh.born(total, moment)
        part = 0.0
        if self.api.instant(events.text, moment):
            part = self._number(name, events, moment) + self._fresh.born(events, moment)
            self._fresh.no_reset(name, events, moment)
        else:
            self._fresh.absent_for_good_reason(name, events, total, moment)
        self._fresh.every(name, total, moment)
        self._fresh.no_reset(name, total, moment)
        counts = math.ceil(part - 0.5), round(whole)
        text = f"{events.text} of {total.text}"
        found = rate(name, *counts, settings.min_samples, self.source, text, total.window_s)
        return replace(found, at=rfc3339(moment))

    def _number(self, name: str, query: Query, moment: float) -> float:
        value = self._one(name, query, self.api.instant(query.text, moment), moment).value
        if not math.isfinite(value):
            why = (
                "0 divided by 0, as without traffic" if math.isnan(value) else "divided by 0, or beyond the last bucket"
            )
            raise Inconclusive(f"{name}: {value} is no figure ({why}) [{self.source}: {query.text}]; wait for traffic")
        return value

    def _one(self, name: str, query: Query, found: tuple[Series, ...], moment: float) -> Series:
        if not found:
            raise self._fresh.absent(name, query, moment)
        if len(found) > 1:
            shown = ", ".join(str(one) for one in found[:4])
            raise Inconclusive(
                f"{name}: {len(found)} series where one is needed ({shown}) [{self.source}: {query.text}]; aggregate "
                "them, as by sum(...), or take the worst, as by max(...)"
            )
        return found[0]

    def _histogram(self, name: str, query: str, moment: float) -> Histogram:
        found = self.api.instant(query, moment)
        return self._cumulative(name, query, [(float(one.labels.get("le", "nan")), one.value) for one in found])

    def _cumulative(self, name: str, query: str, pairs: list[tuple[float, float]]) -> Histogram:
        try:
            return Histogram.cumulative(pairs)
        except ValueError as error:
            raise Inconclusive(f"{name}: {error} [{self.source}: {query}]; look at the target's buckets") from None


def of_target(target: "Target") -> PrometheusSource:
    """Return the source for one target."""
    return target.prometheus
