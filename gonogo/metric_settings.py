"""The tables of named metrics: where a figure comes from, in which unit, and on how many samples it must rest."""

import math
import re
from typing import Literal

from pydantic import Field, model_validator

from gonogo import promql_checks
from gonogo.promql import Query
from gonogo.tables import Model, Positive, Seconds, SecretValue, Url

Unit = Literal["s", "ratio", "1/s", "B", "count"]
SCRAPES_IN_RANGE = 4
"""A range must span this many scrapes: a rate needs two of them, and one may be late or lost."""
_COUNTS = re.compile(r"_(total|count|bucket)$")
_REFERENCE = r"^/[^#]*#/.+$"
_HOSTED_UNITS: dict[str, tuple[str, float]] = {
    "Seconds": ("s", 1.0),
    "Milliseconds": ("s", 0.001),
    "Microseconds": ("s", 0.000001),
    "Bytes": ("B", 1.0),
    "Percent": ("ratio", 0.01),
    "Count": ("count", 1.0),
    "Count/Second": ("1/s", 1.0),
}


class PromqlRateSettings(Model):
    """Two queries over one range: the events, and all of which they are a part."""

    events: str
    total: str


class ExpositionSettings(Model):
    """A metric in Prometheus text format, scraped at two instants `window_s` apart.

    A label's value is exact, or a regular expression for the whole value after "~". `events` are further labels: a
    counter becomes the rate of those events among all of `labels`. A histogram needs a `quantile`, or gives samples.
    """

    path: str = Field(default="/metrics", pattern=r"^/([^/].*)?$")
    metric: str = Field(pattern=r"^[A-Za-z_:][A-Za-z0-9_:]*$")
    labels: dict[str, str] = {}
    events: dict[str, str] = {}
    quantile: float | None = Field(default=None, gt=0, lt=1)
    window_s: Seconds = 10

    @model_validator(mode="after")
    def _patterns_are_sound(self) -> "ExpositionSettings":
        for value in (*self.labels.values(), *self.events.values()):
            if value.startswith("~"):
                try:
                    re.compile(value[1:])
                except re.error as error:
                    raise ValueError(f"{value!r} is no regular expression: {error}") from None
        return self


class CloudWatchMetricSettings(Model):
    """A metric of CloudWatch over the last complete period, in the unit that it was published in."""

    namespace: str
    metric: str
    statistic: str = Field(pattern=r"^(Average|Minimum|Maximum|Sum|SampleCount|p\d{1,2}(\.\d+)?)$")
    period_s: int = Field(default=300, ge=60, multiple_of=60)
    dimensions: dict[str, str] = {}
    unit: Literal["Seconds", "Milliseconds", "Microseconds", "Bytes", "Percent", "Count", "Count/Second"]


class PluginMetricSettings(Model):
    """A metric of a source that a package of yours adds (entry points, group gonogo.metric_sources)."""

    source: str
    query: str
    options: dict[str, str] = {}

    @model_validator(mode="after")
    def _of_its_own(self) -> "PluginMetricSettings":
        if self.source in ("json", "prometheus", "exposition", "sql", "redis", "cloudwatch"):
            raise ValueError(f"source: {self.source!r} is one of ours and has a key of its own; name the one you add")
        return self


class MetricSettings(Model):
    """A named figure, from exactly one source.

    Attributes:
        value: A JSON reference, such as "/metrics#/errors"; `events` and `total` are two of them, for a rate.
        promql, promql_rate: A query, or two for a rate, asked of [targets.NAME.prometheus].
        exposition: Prometheus text of the target itself, scraped twice.
        sql: A read with one column, or with the columns events and total for a rate.
        redis: A read of Redis, such as "INFO stats#/keyspace_hits" or "LLEN queue".
        cloudwatch, plugin: Hosted sources.
        unit: Base unit of the figure; `scale` is the factor that leads to it (0.001 for milliseconds).
        min_samples: How many samples it must rest on; `samples` is the query that counts them.
        plausible: From where to where the figure can be true at all, in `unit`; beyond it, the measuring is at fault.
    """

    value: str | None = Field(default=None, pattern=_REFERENCE)
    events: str | None = Field(default=None, pattern=_REFERENCE)
    total: str | None = Field(default=None, pattern=_REFERENCE)
    promql: str | None = None
    promql_rate: PromqlRateSettings | None = None
    exposition: ExpositionSettings | None = None
    sql: str | None = None
    redis: str | None = Field(default=None, pattern=r"^[A-Za-z]+( [^#]+)?(#/.+)?$")
    cloudwatch: CloudWatchMetricSettings | None = None
    plugin: PluginMetricSettings | None = None
    unit: Unit = "count"
    scale: Positive = 1.0
    min_samples: int = Field(default=1, ge=1)
    samples: str | None = None
    plausible: tuple[float, float] | None = Field(default=None, strict=False)

    @model_validator(mode="after")
    def _one_source(self) -> "MetricSettings":
        if (self.events is None) != (self.total is None) or len(self._given()) != 1:
            raise ValueError(
                "give exactly one of value, events and total, promql, promql_rate, exposition, sql, redis, cloudwatch, "
                f"plugin (given: {', '.join(self._given()) or 'none'})"
            )
        return self

    @model_validator(mode="after")
    def _sound(self) -> "MetricSettings":
        if self.plausible is not None and not -math.inf < self.plausible[0] < self.plausible[1] < math.inf:
            raise ValueError("plausible: give two finite numbers, the lower first")
        queries = self.queries()
        if self.promql_rate is not None:
            _counts_over_one_window(queries)
        self._unit_fits()
        if self.samples is not None and self.promql is None:
            raise ValueError("samples: only a figure by promql needs a query that counts its samples")
        return self

    @property
    def kind(self) -> str:
        """The name of its source, as the registry has it."""
        (given,) = self._given()
        named = {"value": "json", "events": "json", "promql": "prometheus", "promql_rate": "prometheus"}
        return self.plugin.source if self.plugin else named.get(given, given)

    def queries(self) -> tuple[Query, ...]:
        """Return its queries in PromQL, taken apart; of a rate, events and total.

        Raises:
            ValueError: If one of them is not sound; says how to write it.
        """
        rate = self.promql_rate
        texts = {"promql": self.promql, "samples": self.samples}
        if rate is not None:
            texts |= {"promql_rate.events": rate.events, "promql_rate.total": rate.total}
        return tuple(_checked(place, text) for place, text in texts.items() if text is not None)

    def _given(self) -> list[str]:
        names = ("value", "events", "promql", "promql_rate", "exposition", "sql", "redis", "cloudwatch", "plugin")
        return [name for name in names if getattr(self, name) is not None]

    def _unit_fits(self) -> None:
        declared = (self.unit, self.scale)
        if self.promql is not None:
            query = self.queries()[0]
            promql_checks.check_unit(declared, promql_checks.unit_of_result(query), "promql")
            if self.min_samples > 1 and self.samples is None and promql_checks.plain_quantile(query) is None:
                raise ValueError('min_samples: add samples = "...", a query that counts what the figure rests on')
        elif self.exposition is not None and not _COUNTS.search(self.exposition.metric):
            promql_checks.check_unit(declared, promql_checks.unit_of(self.exposition.metric), self.exposition.metric)
        elif self.cloudwatch is not None and self.cloudwatch.statistic != "SampleCount":
            promql_checks.check_unit(
                declared, _HOSTED_UNITS[self.cloudwatch.unit], f"cloudwatch {self.cloudwatch.unit}"
            )


class PrometheusSettings(Model):
    """A Prometheus that watches the target, or what speaks its HTTP API (Thanos, Mimir, Grafana Cloud).

    Attributes:
        max_age_s: How old the latest sample of a series may be.
        scrape_s: How often the target is scraped; every range must span four scrapes.
        max_skew_s: By how much its clock may differ from ours.
        up: A selector of the target's own `up` series; each must have been 1 over the whole window.
        instances: How many of these there must be.
        labels: Labels that every query is made to demand, such as env = "prod".
        accepted: Warnings that do not matter, by a part of their text.
        alertmanager: Where silences are read.
    """

    url: Url
    token: SecretValue | None = None
    deadline_s: Seconds = 10
    max_bytes: int = Field(default=4_000_000, gt=0)
    max_age_s: Seconds = 60
    scrape_s: Seconds = 15
    max_skew_s: Seconds = 30
    up: str | None = None
    instances: int | None = Field(default=None, ge=1)
    labels: dict[str, str] = {}
    accepted: tuple[str, ...] = Field(default=(), strict=False)
    alertmanager: Url | None = None

    @model_validator(mode="after")
    def _instances_need_up(self) -> "PrometheusSettings":
        if self.up is not None and len(_checked("up", self.up).selectors) != 1:
            raise ValueError("up: give one selector, such as 'up{job=\"docflow\"}'")
        if self.instances is not None and self.up is None:
            raise ValueError("instances: give up as well, the selector of the series that are counted")
        return self

    def check(self, name: str, metric: MetricSettings) -> None:
        """Refuse a metric whose range is too short for the scrapes, or that names a label which is set here."""
        for query in metric.queries():
            for selector in query.selectors:
                least = SCRAPES_IN_RANGE * self.scrape_s
                if selector.range_s is not None and selector.range_s < least:
                    raise ValueError(
                        f"metrics.{name}: the range of {selector.over()} is too short: scrapes are {self.scrape_s:g} s "
                        f"apart, so give {least:g} s or more, or mend prometheus.scrape_s"
                    )
                for label in sorted(selector.labels & set(self.labels)):
                    raise ValueError(
                        f"metrics.{name}: {selector} names the label {label!r}, which prometheus.labels sets; "
                        "leave it out"
                    )


def _counts_over_one_window(queries: tuple[Query, ...]) -> None:
    if any(one.functions[-1:] != ("increase",) for query in queries for one in query.selectors):
        raise ValueError("promql_rate: give counts, such as sum(increase(http_requests_total[5m])), for both")
    if len({query.window_s for query in queries}) > 1:
        raise ValueError("promql_rate: events and total must have the same range")


def _checked(place: str, text: str) -> Query:
    try:
        return promql_checks.checked(text)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None
