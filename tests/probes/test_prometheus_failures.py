"""What Prometheus can answer that is no figure: none of it is ever taken for one, and each says what to do."""

import re
import time
from collections.abc import Iterator

import pytest
from fault_rig import Rig, closed_port
from probe_kit import TOKEN, Kept
from prometheus_rig import PrometheusRig

from gonogo.evidence import Evidence
from gonogo.guard import Guard, GuardRefused
from gonogo.measurement import Measurement
from gonogo.metric_settings import MetricSettings, PrometheusSettings, PromqlRateSettings
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.metrics import Rate, source
from gonogo.probes.metrics.prometheus import PrometheusSource
from gonogo.probes.metrics.prometheus_api import PrometheusApi
from gonogo.secrets import Secret
from gonogo.settings import GuardSettings

QUERY = "sum(rate(http_requests_total[5m]))"
METRIC = MetricSettings(promql=QUERY, unit="1/s")
P95 = MetricSettings(
    promql="histogram_quantile(0.95, sum by (le) (rate(api_request_duration_seconds_bucket[5m])))",
    unit="s",
    min_samples=500,
)
RATE = MetricSettings(
    promql_rate=PromqlRateSettings(
        events='sum(increase(http_requests_total{status=~"5.."}[5m]))', total="sum(increase(http_requests_total[5m]))"
    ),
    unit="ratio",
)
ASKED = r"^sum\(rate\("


@pytest.fixture
def prometheus(rig: Rig) -> PrometheusRig:
    told = PrometheusRig(rig)
    told.tell(ASKED, "12.5")
    return told


def opened(url: str, guard: Guard, evidence: Evidence, **more: object) -> PrometheusSource:
    settings = PrometheusSettings.model_validate({"url": url, "deadline_s": 5, "max_bytes": 100_000, **more})
    return PrometheusSource(PrometheusApi("docflow", settings, guard, evidence, "run-1"), settings)


@pytest.fixture
def figures(prometheus: PrometheusRig, guard: Guard, evidence: Evidence) -> Iterator[PrometheusSource]:
    found = opened(prometheus.rig.url, guard, evidence, up='up{job="docflow"}', instances=2)
    yield found
    found.close()


def test_a_healthy_answer_is_a_measurement(figures: PrometheusSource, prometheus: PrometheusRig, kept: Kept) -> None:
    measured = figures.read("requests", METRIC)

    assert isinstance(measured, Measurement)
    assert (measured.value, measured.unit, measured.window_s, measured.query) == (12.5, "1/s", 300, QUERY)
    assert QUERY in prometheus.queries()
    assert any('"12.5"' in text and QUERY in text for text in kept.texts())


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("NaN", r"nan is no figure \(0 divided by 0, as without traffic\)"),
        ("+Inf", r"inf is no figure \(divided by 0"),
        ("-Inf", "-inf is no figure"),
    ],
)
def test_e02_e03_what_is_not_finite(
    figures: PrometheusSource, prometheus: PrometheusRig, value: str, says: str
) -> None:
    prometheus.tell(ASKED, value)

    with pytest.raises(Inconclusive, match=says):
        figures.read("requests", METRIC)


def test_e01_e17_nothing_is_not_zero(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    prometheus.tell("http_requests_total")

    with pytest.raises(
        Inconclusive, match=r"absent, which is not zero: no sample of http_requests_total\[300000ms\]; it was renamed"
    ):
        figures.read("requests", METRIC)


def test_e16_a_range_with_one_scrape(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    prometheus.tell(ASKED)
    prometheus.tell("count_over_time", "1")

    with pytest.raises(Inconclusive, match="holds 1 scrape, and a rate needs two; wait, or give a longer range"):
        figures.read("requests", METRIC)


def test_e04_a_stale_sample(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    prometheus.tell(r"^time\(\) - min", "600")

    with pytest.raises(Inconclusive, match=r"latest sample of http_requests_total is 600 s old, allowed 60 s"):
        figures.read("requests", METRIC)


def test_e04_a_series_that_has_gone(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    prometheus.tell(r"^time\(\) - min")

    with pytest.raises(Inconclusive, match="labels of its two sides do not match, or their scrapes have just stopped"):
        figures.read("requests", METRIC)


def test_e04_an_instance_that_was_down_for_a_while(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    prometheus.tell_series("^min_over_time", [({"instance": "a"}, "1"), ({"instance": "b"}, "0")])

    with pytest.raises(Inconclusive, match=r'1 of 2 instances could not be scraped .*300 s: \{instance="b"\}'):
        figures.read("requests", METRIC)


def test_e04_no_up_at_all(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    prometheus.tell(r"^up\{")

    with pytest.raises(Inconclusive, match=r"there is no series up\{job=\"docflow\"\}: the target is not scraped"):
        figures.read("requests", METRIC)


def test_e10_fewer_instances_than_there_must_be(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    prometheus.tell(r"^up\{", "1", instance="a")

    with pytest.raises(Inconclusive, match=r"1 instances report .*required 2 \(instances\)"):
        figures.read("requests", METRIC)


def test_doctor_hears_of_clock_and_instances(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    figures.ready()
    prometheus.tell(r"^up\{")

    with pytest.raises(Inconclusive, match="there is no series up"):
        figures.ready()


def test_e05_a_counter_that_began_anew(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    prometheus.tell(r"resets\(", "2")

    with pytest.raises(Inconclusive, match=r"http_requests_total was reset 2 times in 300 s: a process began anew"):
        figures.read("requests", METRIC)


def test_e06_unavailable_is_asked_again_and_then_unverified(figures: PrometheusSource, rig: Rig) -> None:
    rig.reply("/api/v1/query", "upstream", status="503 Service Unavailable")

    with pytest.raises(Unverified, match="status 503, 'upstream'; asked 3 times; is it up"):
        figures.read("requests", METRIC)

    assert len(rig.asked) == 3


def test_e06_a_blink_is_survived(figures: PrometheusSource, prometheus: PrometheusRig, rig: Rig) -> None:
    healthy = rig.behaviours["/api/v1/query"]

    def once(connection: object) -> bool:
        rig.behaviours["/api/v1/query"] = healthy
        return False

    rig.behaviours["/api/v1/query"] = once

    assert figures.read("requests", METRIC).unit == "1/s"  # type: ignore[union-attr]


def test_e06_no_answer_in_time(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    rig.hang("/api/v1/query")

    with pytest.raises(Unverified, match=r"no complete answer within 0\.5 s .*asked 3 times"):
        opened(rig.url, guard, evidence, deadline_s=0.5).read("requests", METRIC)


def test_e06_nothing_listens(guard: Guard, evidence: Evidence) -> None:
    with pytest.raises(Unverified, match=r"Prometheus of docflow: no answer .*check \[targets.docflow.prometheus\]"):
        opened(f"http://127.0.0.1:{closed_port()}", guard, evidence).read("requests", METRIC)


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("bad_data", "it does not understand the query; mend it"),
        ("timeout", "the query took it too long; shorten its range"),
        ("execution", "it could not evaluate the query"),
        ("teapot", r"check \[targets.docflow.prometheus\]"),
    ],
)
def test_e07_an_error_within_200(figures: PrometheusSource, prometheus: PrometheusRig, kind: str, says: str) -> None:
    prometheus.tell_document(ASKED, {"status": "error", "errorType": kind, "error": "boom"})

    with pytest.raises(Unverified, match=f"error {kind}: boom; {says}"):
        figures.read("requests", METRIC)


def test_e07_a_login_page(figures: PrometheusSource, rig: Rig) -> None:
    rig.reply("/api/v1/query", "<html>Sign in</html>", content_type="text/html; charset=utf-8")

    with pytest.raises(Unverified, match="status 200 with text/html, not JSON: a login page, a proxy"):
        figures.read("requests", METRIC)


@pytest.mark.parametrize(
    ("length", "says"), [(900, "the body was cut off .*asked 3 times"), (21, "the body is not JSON .*check")]
)
def test_e08_an_answer_that_is_cut_short(figures: PrometheusSource, rig: Rig, length: int, says: str) -> None:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    rig.raw("/api/v1/query", head.encode() + b'{"status": "success",')

    with pytest.raises(Unverified, match=says):
        figures.read("requests", METRIC)


def test_e07_a_redirect_to_a_login(figures: PrometheusSource, rig: Rig) -> None:
    rig.reply("/api/v1/query", "", status="302 Found", location="/login?return=secret")

    with pytest.raises(Unverified, match="redirects to /login, as to a login; check the token"):
        figures.read("requests", METRIC)


@pytest.mark.parametrize(
    "document",
    [
        {"status": "success"},
        {"status": "success", "data": {"resultType": "matrix", "result": []}},
        {"status": "success", "data": {"resultType": "vector", "result": {}}},
        {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1]}]}},
        {"status": "success", "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1, "x"]}]}},
        {"figure": 7},
    ],
)
def test_e07_what_is_not_the_api(
    figures: PrometheusSource, prometheus: PrometheusRig, document: dict[str, object]
) -> None:
    prometheus.tell_document(ASKED, document)

    with pytest.raises(Unverified, match=r"answered with .*; that is not Prometheus' API"):
        figures.read("requests", METRIC)


@pytest.mark.parametrize("key", ["warnings", "infos"])
def test_e08_an_answer_with_a_warning(figures: PrometheusSource, prometheus: PrometheusRig, key: str) -> None:
    data = {"resultType": "vector", "result": [{"metric": {}, "value": [1, "1"]}]}
    prometheus.tell_document(ASKED, {"status": "success", "data": data, key: ["store eu-2 did not answer"]})

    with pytest.raises(Inconclusive, match="came with a warning: store eu-2 did not answer; the answer may be partial"):
        figures.read("requests", METRIC)


def test_e08_a_warning_that_is_named_does_not_matter(
    prometheus: PrometheusRig, guard: Guard, evidence: Evidence
) -> None:
    data = {"resultType": "vector", "result": [{"metric": {}, "value": [1, "2"]}]}
    note = "input to histogram_quantile needed to be fixed for monotonicity (1:21)"
    prometheus.tell_document(ASKED, {"status": "success", "data": data, "infos": [note]})

    figures = opened(prometheus.rig.url, guard, evidence, accepted=["fixed for monotonicity"])

    assert figures.read("requests", METRIC).value == 2  # type: ignore[union-attr]


def test_e09_several_series(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    prometheus.tell_series(ASKED, [({"pod": "a"}, "1"), ({"pod": "b"}, "9")])

    with pytest.raises(Inconclusive, match=r'2 series where one is needed \(\{pod="a"\}, \{pod="b"\}\) .*; aggregate'):
        figures.read("requests", METRIC)


def test_e11_a_figure_that_cannot_be_true(figures: PrometheusSource) -> None:
    metric = METRIC.model_copy(update={"plausible": (100.0, 1000.0)})

    with pytest.raises(Inconclusive, match=r"12\.5 1/s is not plausible, which is from 100 to 1000 .*unit and scale"):
        source.read(figures, "requests", metric)


def test_e12_one_bad_pod_of_ten_is_not_diluted(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    prometheus.tell(r"^sum\(increase.*5\.\.", "90")  # all of them of the pod that served 100 of 1000
    prometheus.tell(r"^sum\(increase\(http_requests_total\[", "1000")

    rate = figures.read("error rate", RATE)

    assert isinstance(rate, Rate)
    assert (rate.events, rate.total, rate.window_s) == (90, 1000, 300)


def test_e12_a_label_that_was_renamed_is_not_zero_errors(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    prometheus.tell(r"^sum\(increase\(http_requests_total\[", "1000")
    prometheus.tell(r"^count\(http_requests_total\{status!=\"\"\}\)")

    with pytest.raises(Inconclusive, match=r"has no label 'status', so that .* can match nothing; it was renamed"):
        figures.read("error rate", RATE)


def test_no_events_of_labels_that_are_there_are_zero(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    prometheus.tell(r"^sum\(increase\(http_requests_total\[", "1000")
    prometheus.tell(r"^count\(http_requests_total\{status!=\"\"\}\)", "4")

    rate = figures.read("error rate", RATE)

    assert isinstance(rate, Rate)
    assert (rate.events, rate.total) == (0, 1000)


def test_events_of_series_that_are_new_count(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    prometheus.tell(r"^sum\(increase\(http_requests_total\[", "1000")
    prometheus.tell(r"^sum\(increase\(http_requests_total\{", "0")
    prometheus.tell(r"5.*unless", "3")

    rate = figures.read("error rate", RATE)

    assert isinstance(rate, Rate)
    assert rate.events == 3


def test_more_events_than_there_were_in_total(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    prometheus.tell(r"^sum\(increase\(", "10")
    prometheus.tell(r"^sum\(increase\(.*5\.\.", "11")

    with pytest.raises(Inconclusive, match=r"11 events of 10 in total .* they do not belong together"):
        figures.read("error rate", RATE)


def test_a_family_younger_than_its_range(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    prometheus.tell(r"^count\(http_requests_total offset")
    prometheus.tell(r"^count\(http_requests_total\)", "4")

    with pytest.raises(Inconclusive, match="is younger than its range of 300 s; wait until the window is whole"):
        figures.read("error rate", RATE)


BUCKETS = [("0.1", "10"), ("0.2", "1000"), ("0.5", "1010"), ("+Inf", "1010")]


def tell_buckets(prometheus: PrometheusRig, value: str, buckets: list[tuple[str, str]]) -> None:
    prometheus.tell("^histogram_quantile", value)
    prometheus.tell_series(r"^sum by \(le\) \(increase", [({"le": le}, count) for le, count in buckets])


def test_a_quantile_brings_its_bucket_and_its_samples(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    tell_buckets(prometheus, "0.195", BUCKETS)

    measured = source.read(figures, "p95", P95)

    assert isinstance(measured, Measurement)
    assert (measured.value, measured.low, measured.high, measured.samples) == (0.195, 0.1, 0.2, 1010)


def test_e13_e14_too_few_samples(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    tell_buckets(prometheus, "0.15", [("0.1", "1"), ("0.2", "3"), ("+Inf", "3")])

    with pytest.raises(Inconclusive, match=r"p95: 3 samples, required 500 \(min_samples\) .*; wait for more traffic"):
        source.read(figures, "p95", P95)


def test_e13_samples_are_counted_by_a_query_of_their_own(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    counted = "sum(increase(jobs_count[5m]))"
    metric = MetricSettings(promql="max(queue_length)", samples=counted, min_samples=100)
    prometheus.tell(r"^max\(queue_length", "7")
    prometheus.tell(r"^sum\(increase\(jobs_count", "99.4")

    with pytest.raises(Inconclusive, match="99 samples, required 100"):
        source.read(figures, "queue", metric)


def test_e03_a_quantile_in_the_last_bucket(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    tell_buckets(prometheus, "0.5", [("0.1", "10"), ("0.5", "500"), ("+Inf", "1000")])  # as histogram_quantile says it

    with pytest.raises(Inconclusive, match=r"lies in the last bucket, somewhere above 0\.5 s; let the target have"):
        figures.read("p95", P95)


def test_a_quantile_that_its_buckets_do_not_bear_out(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    tell_buckets(prometheus, "0.9", BUCKETS)

    with pytest.raises(Inconclusive, match=r"gave 0\.9 s, but its buckets say 0\.1 to 0\.2"):
        figures.read("p95", P95)


def test_buckets_without_an_end_are_no_histogram(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    tell_buckets(prometheus, "0.15", BUCKETS[:-1])

    with pytest.raises(Inconclusive, match=r"no histogram .*look at the target's buckets"):
        figures.read("p95", P95)


def test_e15_a_window_that_began_before_the_release(figures: PrometheusSource) -> None:
    with pytest.raises(Inconclusive, match=r"its window began (19\d|200) s before the release did.*ask again in"):
        source.read(figures, "requests", METRIC, since=time.time() - 100)

    assert source.read(figures, "requests", METRIC, since=time.time() - 400)


@pytest.mark.parametrize("offset_s", [300.0, -300.0])
def test_e20_another_clock(figures: PrometheusSource, prometheus: PrometheusRig, offset_s: float) -> None:
    prometheus.offset_s = offset_s

    with pytest.raises(
        Inconclusive, match=r"the clock of Prometheus of docflow is (29\d|300) s from ours, allowed 30 s"
    ):
        figures.read("requests", METRIC)


def test_e21_a_huge_answer_is_bounded(figures: PrometheusSource, rig: Rig) -> None:
    rig.reply("/api/v1/query", b'{"status": "success", "x": "' + b"a" * 200_000 + b'"}')

    with pytest.raises(Unverified, match=r"larger than 100000 B .*; ask for fewer series, or raise max_bytes"):
        figures.read("requests", METRIC)


def test_every_part_of_a_figure_is_of_one_instant(figures: PrometheusSource, prometheus: PrometheusRig) -> None:
    figures.read("requests", METRIC)

    times = {found[1] for request in prometheus.rig.asked if (found := re.search(r"[?&]time=([\d.]+)", request))}
    assert len(times) == 1


def test_labels_of_the_environment_are_demanded_of_every_series(
    prometheus: PrometheusRig, guard: Guard, evidence: Evidence
) -> None:
    opened(prometheus.rig.url, guard, evidence, labels={"env": 'pr"od'}, up="up").read("requests", METRIC)

    assert all('env="pr\\"od"' in query for query in prometheus.queries() if query != "time()")


def test_a_long_query_is_posted_and_is_still_a_read(prometheus: PrometheusRig, evidence: Evidence) -> None:
    reading = Guard(
        GuardSettings(kind="production", allowed_hosts=("127.0.0.1",), mutations="refuse"), mutating=lambda: False
    )
    pods = "|".join(f"pod-{n}+&=é" for n in range(300))
    long = MetricSettings(promql=f'sum(rate(http_requests_total{{pod=~"{pods}"}}[5m]))', unit="1/s")

    opened(prometheus.rig.url, reading, evidence).read("requests", long)

    assert any(request.startswith("POST") for request in prometheus.rig.asked)
    assert long.promql in prometheus.queries()


def test_another_host_is_refused(evidence: Evidence) -> None:
    guard = Guard(
        GuardSettings(kind="staging", allowed_hosts=("mes.example.com",), mutations="refuse"), mutating=lambda: False
    )

    with pytest.raises(GuardRefused, match=r"GET /api/v1/query at 127\.0\.0\.1:9 was refused"):
        opened("http://127.0.0.1:9", guard, evidence).read("requests", METRIC)


def test_the_token_is_sent_and_never_shown(
    prometheus: PrometheusRig, guard: Guard, evidence: Evidence, kept: Kept
) -> None:
    figures = opened(prometheus.rig.url, guard, evidence, token=Secret("MES_TOKEN", TOKEN))
    prometheus.tell_document(ASKED, {"status": "error", "errorType": "internal", "error": f"rejected Bearer {TOKEN}"})

    with pytest.raises(Unverified) as refused:
        figures.read("requests", METRIC)

    assert f"authorization: bearer {TOKEN}" in prometheus.rig.asked[0].lower()
    assert TOKEN not in str(refused.value) + "".join(kept.texts())
