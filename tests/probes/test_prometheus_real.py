"""A real Prometheus and the exposition it scrapes tell the same, within the width of a bucket."""

import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeVar

import pytest
from real_prometheus import App, needed, prometheus

from gonogo.backstop import Backstop
from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.measurement import Measurement
from gonogo.metric_settings import ExpositionSettings, MetricSettings, PrometheusSettings, PromqlRateSettings
from gonogo.outcome import Inconclusive, Missed, Unverified
from gonogo.probes.metrics import Rate
from gonogo.probes.metrics.requests import Requests, from_histograms, intervals
from gonogo.settings import TargetSettings
from gonogo.target import Target

Answer = TypeVar("Answer")
P95 = "histogram_quantile(0.95, sum by (le) (rate(api_request_duration_seconds_bucket[5s])))"
FAILED = "sum(increase(http_requests_total{status=~'5..'}[5s]))"
ALL = "sum(increase(http_requests_total[5s]))"
METRICS = {
    "p95": MetricSettings(promql=P95, unit="s", min_samples=200),
    "errors": MetricSettings(promql_rate=PromqlRateSettings(events=FAILED, total=ALL), unit="ratio"),
    "new errors": MetricSettings(
        promql_rate=PromqlRateSettings(events=FAILED.replace("5..", "41."), total=ALL), unit="ratio"
    ),
    "renamed": MetricSettings(promql="max(queue_len)"),
    "mislabelled": MetricSettings(
        promql_rate=PromqlRateSettings(events=FAILED.replace("status", "code"), total=ALL), unit="ratio"
    ),
    "queue": MetricSettings(promql="queue_length"),
    "by status": MetricSettings(promql="rate(http_requests_total[5s])", unit="1/s"),
    "typo": MetricSettings(promql="sum(rate(http_requests_total[5s], 3))", unit="1/s"),
    "scraped p95": MetricSettings(
        exposition=ExpositionSettings(metric="api_request_duration_seconds", quantile=0.95, window_s=3), unit="s"
    ),
    "scraped samples": MetricSettings(
        exposition=ExpositionSettings(metric="api_request_duration_seconds", window_s=1), unit="s"
    ),
    "scraped errors": MetricSettings(
        exposition=ExpositionSettings(metric="http_requests_total", events={"status": "~5.."}, window_s=3), unit="ratio"
    ),
    "scraped queue": MetricSettings(exposition=ExpositionSettings(metric="queue_length")),
}


@pytest.fixture(scope="module")
def app() -> Iterator[App]:
    needed()
    app = App()
    yield app
    app.stop()


@pytest.fixture(scope="module")
def url(app: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with prometheus(tmp_path_factory.mktemp("prometheus"), app) as url:
        yield url


@pytest.fixture
def docflow(app: App, url: str, guard: Guard, evidence: Evidence) -> Iterator[Target]:
    server = PrometheusSettings(
        url=url, scrape_s=1, max_age_s=4, up='up{job="docflow"}', instances=1, labels={"env": "test"}
    )
    settings = TargetSettings(base_url=f"http://127.0.0.1:{app.port}", metrics=METRICS, prometheus=server)
    target = Target("docflow", settings, guard, evidence, "run-1")
    with Backstop(guard) as backstop:
        yield target
    target.close()
    assert backstop.attempts == []


def settled(read: Callable[[], Answer], holds: Callable[[Answer], bool] = lambda _: True) -> Answer:
    """Return an answer that holds, or the last one of 20 s: what a busy machine left out of a window passes with it."""
    ends = time.monotonic() + 20
    while True:
        try:
            found = read()
            if holds(found) or time.monotonic() > ends:
                return found
        except Inconclusive:
            if time.monotonic() > ends:
                raise
        time.sleep(0.2)


def rate_of(target: Target, name: str, holds: Callable[[Rate], bool] = lambda rate: rate.total > 100) -> Rate:
    def read() -> Rate:
        found = target.metric(name)
        assert isinstance(found, Rate)
        return found

    return settled(read, holds)


def test_the_two_sources_agree_within_the_width_of_a_bucket(docflow: Target) -> None:
    asked, scraped = (settled(partial(docflow.metric, name)) for name in ("p95", "scraped p95"))

    assert isinstance(asked, Measurement)
    assert isinstance(scraped, Measurement)
    assert (asked.low, asked.high) == (scraped.low, scraped.high) == (0.2, 0.25)
    assert asked.value == pytest.approx(scraped.value, abs=0.05)
    assert asked.samples is not None
    assert asked.samples >= 200
    assert (asked.window_s, asked.source, scraped.source) == (5.0, "prometheus", "exposition")
    assert scraped.window_s is not None
    assert 3 <= scraped.window_s < 10


def test_rates_agree(docflow: Target) -> None:
    for name in ("errors", "scraped errors"):
        rate = rate_of(docflow, name)
        assert rate.total > 100
        assert rate.events / rate.total == pytest.approx(0.1, abs=0.02)


def test_a_gauge_is_read_by_both(docflow: Target) -> None:
    for name in ("queue", "scraped queue"):
        assert settled(partial(docflow.metric, name)).value == 7  # type: ignore[union-attr]


def test_no_events_of_a_family_that_is_there_are_zero_events(docflow: Target) -> None:
    rate = rate_of(docflow, "new errors")

    assert (rate.events, rate.total > 100) == (0, True)


def test_the_first_event_of_a_series_is_counted(app: App, docflow: Target) -> None:
    app.requests.labels("canary", "418").inc()
    rate = rate_of(docflow, "new errors", lambda rate: rate.events > 0)

    assert rate.events == 1  # increase() alone says 0


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("renamed", r"absent, which is not zero: no sample of queue_len\{env=\"test\"\}"),
        ("mislabelled", "has no label 'code', so that .* can match nothing"),
        ("by status", r"\d series where one is needed .*; aggregate them"),
    ],
)
def test_what_cannot_decide_is_inconclusive(docflow: Target, name: str, says: str) -> None:
    def refused() -> str:
        with pytest.raises(Inconclusive) as refusal:
            docflow.metric(name)
        return str(refusal.value)

    assert re.search(says, settled(refused, lambda found: re.search(says, found) is not None))


def test_a_query_that_is_not_understood_is_unverified(docflow: Target) -> None:
    with pytest.raises(Unverified, match=r"error bad_data: .*; it does not understand the query; mend it"):
        settled(lambda: docflow.metric("typo"))


def test_the_course_of_a_figure_has_a_point_for_each_step(docflow: Target) -> None:
    course = settled(lambda: docflow.prometheus.course("p95", docflow.metric_settings("p95"), window_s=2, step_s=1))

    assert len(course.points) == 3
    assert 0.2 <= float(course.highest.value or 0) <= 0.25
    assert course.lowest.samples == 3


def test_histograms_become_requests(app: App, docflow: Target) -> None:
    settings = docflow.metric_settings("p95")

    def read() -> Requests:
        readings = docflow.prometheus.readings("p95", settings, window_s=3, step_s=1)
        assert len(readings) == 4
        return from_histograms(intervals(readings, "canary"), readings[0][0])

    requests = settled(read, lambda found: len(found) > 150)

    assert len(requests) > 150
    assert set(requests.at_s) == {0.5, 1.5, 2.5}
    assert requests.resolution == float("inf")  # the first bucket begins at 0
    assert not requests.shows_within(0.1)
    assert settled(lambda: docflow.samples("scraped samples").samples, lambda count: count > 30) > 30


def test_an_alerting_rule_is_told_as_it_is_set_up(docflow: Target) -> None:
    rule = docflow.rules.rule("SlowApi")

    assert rule.asks(P95 + "   >0.2")
    assert not rule.asks(P95 + " > 0.3")
    assert (rule.limit, rule.labels, rule.health) == ((">", 0.2), {"severity": "critical"}, "ok")


def test_an_alert_fires_within_its_time_or_is_missed(docflow: Target) -> None:
    waited = docflow.rules.fires_within("SlowApi", 30)

    assert 0 <= float(waited.value or 0) < 30
    with pytest.raises(Missed, match=r"the alert 'NeverFires' is inactive after 0\.6 s, required firing"):
        docflow.rules.fires_within("NeverFires", 0.6)


def test_a_rule_that_is_not_there_is_missed(docflow: Target) -> None:
    with pytest.raises(Missed, match="there is no alerting rule 'SlowApp'"):
        docflow.rules.rule("SlowApp")
