"""Prometheus text scraped twice: rates and quantiles of what came in between, and nothing that spans a restart."""

from pathlib import Path

import pytest
from fault_rig import Rig
from probe_kit import Kept

from gonogo.evidence import Evidence
from gonogo.measurement import Measurement
from gonogo.metric_settings import ExpositionSettings, MetricSettings
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.http import HttpProbe
from gonogo.probes.metrics import Figure, Rate, Samples
from gonogo.probes.metrics.exposition import ExpositionSource

BEFORE = """
# TYPE process_start_time_seconds gauge
process_start_time_seconds 1000
# TYPE http_requests_total counter
http_requests_total{status="200",arm="a"} 1000
http_requests_total{status="500",arm="a"} 10
# TYPE took_seconds histogram
took_seconds_bucket{arm="a",le="0.1"} 900
took_seconds_bucket{arm="a",le="0.2"} 1000
took_seconds_bucket{arm="a",le="+Inf"} 1000
took_seconds_count{arm="a"} 1000
took_seconds_sum{arm="a"} 50
# TYPE publish_latency_ms summary
publish_latency_ms{quantile="0.95"} 12
publish_latency_ms_count 100
publish_latency_ms_sum 900
# TYPE queue gauge
queue{name="in"} 3
queue{name="out"} 4
"""
AFTER = (
    BEFORE.replace('"200",arm="a"} 1000', '"200",arm="a"} 1990')
    .replace('"500",arm="a"} 10', '"500",arm="a"} 20')
    .replace('le="0.1"} 900', 'le="0.1"} 1000')
    .replace('"} 1000\ntook_seconds_count', '"} 3000\ntook_seconds_count')
    .replace('le="0.2"} 1000', 'le="0.2"} 2990')
    .replace('_count{arm="a"} 1000', '_count{arm="a"} 3000')
    .replace("ms_count 100", "ms_count 600")
    .replace('quantile="0.95"} 12', 'quantile="0.95"} 14')
)


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def scraped(http: HttpProbe, rig: Rig, evidence: Evidence, pauses: list[float]) -> ExpositionSource:
    """A source whose pause lets the target go from BEFORE to AFTER."""
    serve(rig, BEFORE)

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        serve(rig, rig.after)  # type: ignore[attr-defined]

    rig.after = AFTER  # type: ignore[attr-defined]
    return ExpositionSource(http, evidence, pause)


def serve(rig: Rig, text: str) -> None:
    rig.reply("/metrics", text, content_type="text/plain; version=0.0.4; charset=utf-8")


def read(source: ExpositionSource, unit: str = "count", scale: float = 1, **asked: object) -> Figure:
    exposition = ExpositionSettings.model_validate(asked)
    return source.read("figure", MetricSettings(exposition=exposition, unit=unit, scale=scale))  # type: ignore[arg-type]


def test_a_counter_gives_what_it_counted(scraped: ExpositionSource, pauses: list[float], kept: Kept) -> None:
    measured = read(scraped, metric="http_requests_total", labels={"status": "200"}, window_s=5)

    assert isinstance(measured, Measurement)
    assert (measured.value, measured.samples, measured.source) == (990, 990, "exposition")
    assert measured.query == "/metrics http_requests_total{status=200}"
    assert pauses == [5.0]
    assert '"arm=a status=200": "1990.0"' in kept.last()


def test_a_counter_gives_a_rate_per_second(scraped: ExpositionSource) -> None:
    measured = read(scraped, "1/s", metric="http_requests_total")

    assert isinstance(measured, Measurement)
    assert measured.value == pytest.approx(1000 / (measured.window_s or 0))


def test_events_among_all_give_a_rate(scraped: ExpositionSource) -> None:
    rate = read(scraped, "ratio", metric="http_requests_total", events={"status": "~5.."})

    assert isinstance(rate, Rate)
    assert (rate.events, rate.total) == (10, 1000)


def test_a_series_that_is_new_has_grown_from_nothing(scraped: ExpositionSource, rig: Rig) -> None:
    rig.after = AFTER + 'http_requests_total{status="503",arm="a"} 7\n'  # type: ignore[attr-defined]

    rate = read(scraped, "ratio", metric="http_requests_total", events={"status": "503"})

    assert isinstance(rate, Rate)
    assert rate.events == 7


def test_no_event_of_a_label_that_is_there_is_zero(scraped: ExpositionSource) -> None:
    rate = read(scraped, "ratio", metric="http_requests_total", events={"status": "404"})

    assert isinstance(rate, Rate)
    assert (rate.events, rate.total) == (0, 1000)


def test_e12_a_label_that_is_not_there_is_not_zero_events(scraped: ExpositionSource) -> None:
    with pytest.raises(
        Inconclusive, match=r"has no label 'code', so that no event can match.*Labels there: arm, status"
    ):
        read(scraped, "ratio", metric="http_requests_total", events={"code": "~5.."})


def test_a_quantile_is_of_what_came_in_between(scraped: ExpositionSource) -> None:
    measured = read(scraped, "s", metric="took_seconds", quantile=0.95)

    assert isinstance(measured, Measurement)
    assert (measured.low, measured.high, measured.samples) == (0.1, 0.2, 2000)
    assert measured.value == pytest.approx(0.1 + 0.1 * (1900 - 100) / 1890)


def test_a_histogram_without_a_quantile_gives_samples(scraped: ExpositionSource) -> None:
    samples = read(scraped, "s", metric="took_seconds")

    assert isinstance(samples, Samples)
    assert samples.histogram.counts == (100, 1890, 10)


def test_a_summary_of_one_series_is_read_as_it_is(scraped: ExpositionSource) -> None:
    measured = read(scraped, "s", 0.001, metric="publish_latency_ms", quantile=0.95)

    assert isinstance(measured, Measurement)
    assert (measured.value, measured.samples, measured.window_s) == (pytest.approx(0.014), 500, None)


def test_quantiles_of_several_summaries_are_never_put_together(scraped: ExpositionSource, rig: Rig) -> None:
    rig.after = AFTER.replace(
        "publish_latency_ms{", 'publish_latency_ms{pod="b",quantile="0.95"} 40\npublish_latency_ms{'
    )  # type: ignore[attr-defined]

    with pytest.raises(Inconclusive, match=r"2 of its series have the quantile 0\.95; .*cannot be put together"):
        read(scraped, "s", 0.001, metric="publish_latency_ms", quantile=0.95)


def test_a_gauge_is_read_once(scraped: ExpositionSource, pauses: list[float]) -> None:
    measured = read(scraped, metric="queue", labels={"name": "in"})

    assert (measured.value, pauses) == (3, [])  # type: ignore[union-attr]


def test_e09_several_gauges(scraped: ExpositionSource) -> None:
    with pytest.raises(Inconclusive, match="2 series where one is needed; name the labels of one"):
        read(scraped, metric="queue")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"200",arm="a"} 1990', '"200",arm="a"} 4', "a counter fell or vanished: it was reset"),
        ('http_requests_total{status="500",arm="a"} 20\n', "", "a counter fell or vanished"),
        ("start_time_seconds 1000", "start_time_seconds 2000", "a process began anew between the scrapes, or another"),
    ],
)
def test_e05_a_counter_that_began_anew(scraped: ExpositionSource, rig: Rig, old: str, new: str, says: str) -> None:
    assert old in AFTER
    rig.after = AFTER.replace(old, new)  # type: ignore[attr-defined]

    with pytest.raises(Inconclusive, match=says):
        read(scraped, metric="http_requests_total")


def test_e05_a_histogram_that_began_anew(scraped: ExpositionSource, rig: Rig) -> None:
    rig.after = AFTER.replace('le="0.1"} 1000', 'le="0.1"} 5')  # type: ignore[attr-defined]

    with pytest.raises(Inconclusive, match="a counter fell or vanished"):
        read(scraped, "s", metric="took_seconds", quantile=0.95)


def test_other_buckets_than_before(scraped: ExpositionSource, rig: Rig) -> None:
    rig.after = AFTER.replace('le="0.2"', 'le="0.3"')  # type: ignore[attr-defined]

    with pytest.raises(Inconclusive, match="the buckets have other bounds than before"):
        read(scraped, "s", metric="took_seconds", quantile=0.95)


def test_e01_e17_a_metric_that_was_renamed(scraped: ExpositionSource) -> None:
    with pytest.raises(
        Inconclusive, match="absent, which is not zero: there is no metric http_request_total; close to it"
    ):
        read(scraped, metric="http_request_total")


def test_e01_labels_that_match_nothing(scraped: ExpositionSource) -> None:
    with pytest.raises(Inconclusive, match="none of 2 series of http_requests_total matches"):
        read(scraped, metric="http_requests_total", labels={"arm": "canary"})


def test_e02_a_quantile_of_nothing(scraped: ExpositionSource, rig: Rig) -> None:
    rig.after = BEFORE  # type: ignore[attr-defined]

    with pytest.raises(Inconclusive, match="no values in the window, and so no quantile; wait for traffic"):
        read(scraped, "s", metric="took_seconds", quantile=0.95)


def test_e03_a_quantile_in_the_last_bucket(scraped: ExpositionSource, rig: Rig) -> None:
    rig.after = AFTER.replace('"} 3000\ntook', '"} 9000\ntook')  # type: ignore[attr-defined]

    with pytest.raises(Inconclusive, match=r"lies in the last bucket, somewhere above 0\.2 s"):
        read(scraped, "s", metric="took_seconds", quantile=0.95)


@pytest.mark.parametrize("value", ["NaN", "+Inf"])
def test_e02_a_gauge_that_is_not_finite(scraped: ExpositionSource, rig: Rig, value: str) -> None:
    serve(rig, BEFORE.replace('queue{name="in"} 3', f'queue{{name="in"}} {value}'))

    with pytest.raises(Inconclusive, match="is no figure"):
        read(scraped, metric="queue", labels={"name": "in"})


def test_e04_samples_that_the_target_calls_old(scraped: ExpositionSource, rig: Rig) -> None:
    serve(rig, BEFORE.replace('queue{name="in"} 3', 'queue{name="in"} 3 1000'))

    with pytest.raises(Inconclusive, match=r"its samples are \d+ s old, allowed 60 s; they are stale"):
        read(scraped, metric="queue", labels={"name": "in"})


@pytest.mark.parametrize("text", ["", "{", "a b c", 'queue{name="in" 3', "queue 3\nqueue 4\n", "queue three"])
def test_e21_what_is_no_exposition(scraped: ExpositionSource, rig: Rig, text: str) -> None:
    serve(rig, text)

    with pytest.raises(Inconclusive, match=r"GET /metrics: no Prometheus text: .*; mend the exposition"):
        read(scraped, metric="queue")


def test_e21_a_huge_exposition_is_bounded(scraped: ExpositionSource, rig: Rig) -> None:
    serve(rig, "queue 3\n" * 200_000)

    with pytest.raises(Inconclusive, match=r"larger than 1000000 B .*without a whole exposition there is no figure"):
        read(scraped, metric="queue")


def test_e07_a_login_page(scraped: ExpositionSource, rig: Rig) -> None:
    rig.reply("/metrics", "<html>Sign in</html>", content_type="text/html")

    with pytest.raises(Unverified, match="status 200 with text/html, required 200 with text/plain; is it the path"):
        read(scraped, metric="queue")


def test_a_counter_has_no_quantile(scraped: ExpositionSource) -> None:
    with pytest.raises(Unverified, match="http_requests_total is a counter; it has no quantile"):
        read(scraped, metric="http_requests_total", quantile=0.5)


def test_two_scrapes_may_hold_what_somebody_else_drives(scraped: ExpositionSource, rig: Rig, tmp_path: Path) -> None:
    settings = MetricSettings(exposition=ExpositionSettings(metric="http_requests_total"))
    assert settings.exposition is not None
    before = scraped.scrape("load", settings.exposition)
    serve(rig, AFTER)

    measured = scraped.between("load", settings, before, scraped.scrape("load", settings.exposition))

    assert measured.value == 1000  # type: ignore[union-attr]
