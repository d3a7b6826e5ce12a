"""Queries as text: what they ask for, and which of them are refused before they are sent."""

import pytest

from gonogo.metric_settings import ExpositionSettings, MetricSettings, PrometheusSettings, PromqlRateSettings
from gonogo.promql import parse
from gonogo.promql_checks import checked, plain_quantile, unit_of, unit_of_result
from gonogo.promql_words import seconds

P95 = "histogram_quantile(0.95, sum by (le) (rate(api_request_duration_seconds_bucket{job='api'}[5m])))"
RATIO = 'sum(rate(http_requests_total{status=~"5..$"}[5m])) / sum(rate(http_requests_total[5m] offset 1h))'


@pytest.mark.parametrize(
    ("text", "selectors"),
    [
        (P95, [("api_request_duration_seconds_bucket{job='api'}", 300, ("histogram_quantile", "sum", "rate"))]),
        (
            RATIO,
            [
                ('http_requests_total{status=~"5..$"}', 300, ("sum", "rate")),
                ("http_requests_total", 300, ("sum", "rate")),
            ],
        ),
        ("sum(rate(a_total[1h30m])) by (le, job) > bool 2", [("a_total", 5400, ("sum", "rate"))]),
        ("a + on (job) group_left (b) c # and d", [("a", None, ()), ("c", None, ())]),
        ('{__name__="a", job!~"x{1}"}', [('{__name__="a",job!~"x{1}"}', None, ())]),
        ("max_over_time(rate(a_total[5m])[1h:1m])", [("a_total", 300, ("max_over_time", "rate"))]),
        (
            "topk(3, up == 1 unless absent(job:up:sum))",
            [("up", None, ("topk",)), ("job:up:sum", None, ("topk", "absent"))],
        ),
    ],
)
def test_selectors_are_found(text: str, selectors: list[tuple[str, float | None, tuple[str, ...]]]) -> None:
    found = parse(text).selectors

    assert [(str(one), one.range_s, one.functions) for one in found] == selectors


def test_a_window_is_as_long_as_the_query_looks_back() -> None:
    assert (parse(P95).window_s, parse("up").window_s) == (300, None)
    assert parse("max_over_time(rate(a_total[5m])[1h:1m])").window_s == 3900
    assert seconds("1h30m10s5ms") == pytest.approx(5410.005)


def test_labels_are_added_to_every_selector() -> None:
    assert parse(P95).with_labels({"env": "prod"}).endswith("bucket{job='api',env=\"prod\"}[5m])))")
    assert parse("a / a").with_labels({"env": 'p"\\'}) == 'a{env="p\\"\\\\"} / a{env="p\\"\\\\"}'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the query names no metric"),
        ("sum(rate(a_total[5m])", "a '[(]' is not closed"),
        ("sum(a))", "closes nothing"),
        ('a{job="x}', "the quote at character 7 is not closed"),
        ("a{job=}", "are not label, operator and value"),
        ("time() - 5", "the query names no metric"),
        ("rate(a_total[$__range])", r"'\$__range' is a variable that nobody fills in"),
        ("a{job='${JOB}'}", r"'\$\{JOB\}' is a variable"),
        ("a{job='{{ job }}'}", "'{{' is a variable"),
        ("a{job='[[job]]'}", r"'\[\[' is a variable"),
        (
            "histogram_quantile(0.95, api_request_duration_seconds)",
            r"write histogram_quantile\(q, sum by \(le\) \(rate\(api",
        ),
        ("http_requests_total", r"only ever grows, since its process began; ask for rate\(http_requests_total\[5m\]\)"),
        ("sum(a_bucket)", "only ever grows"),
        ("avg by (pod) (rate(a_total[5m]) / rate(b_total[5m]))", "an average of ratios hides one bad instance"),
        ("sum(rate(a_total[5m])) or vector(0)", "takes what is absent for a number"),
        ("sum(rate(a_total[5m])) or on() vector(0)", "takes what is absent for a number"),
        ("100 * sum(rate(a_total[5m])) / sum(rate(b_total[5m]))", "holds a factor; leave it out"),
        ("max(publish_latency_ms) / 1000", "holds a factor; leave it out"),
    ],
)
def test_a_query_that_would_mislead_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        checked(text)


@pytest.mark.parametrize("text", [P95, RATIO, "up", "count(a_total)", "a{job=~'x$'}", "timestamp(a_total)"])
def test_a_sound_query_is_taken(text: str) -> None:
    assert checked(text).text == text


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("took_seconds", ("s", 1.0)),
        ("publish_latency_ms_bucket", ("s", 0.001)),
        ("heap_bytes", ("B", 1.0)),
        ("cache_hit_ratio", ("ratio", 1.0)),
        ("disk_used_percent", ("ratio", 0.01)),
        ("http_requests_total", ("count", 1.0)),
        ("process_cpu_seconds_total", ("s", 1.0)),
        ("queue_length", None),
    ],
)
def test_a_name_declares_a_unit(name: str, unit: tuple[str, float] | None) -> None:
    assert unit_of(name) == unit


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        (P95, ("s", 1.0)),
        (RATIO, None),
        ("sum(rate(http_requests_total[5m]))", ("1/s", 1.0)),
        ("sum(rate(process_cpu_seconds_total[5m]))", None),
        ("sum(increase(http_requests_total[5m]))", ("count", 1.0)),
        ("sum(rate(took_seconds_sum[5m])) / sum(rate(took_seconds_count[5m]))", ("s", 1.0)),
        ("count(took_seconds)", ("count", 1.0)),
        ("took_seconds > 3", None),
    ],
)
def test_a_result_has_a_unit_where_names_say_so(text: str, unit: tuple[str, float] | None) -> None:
    assert unit_of_result(parse(text)) == unit


@pytest.mark.parametrize(
    ("text", "q"),
    [
        (P95, 0.95),
        ("histogram_quantile(0.5, rate(took_bucket[5m]))", 0.5),
        ("histogram_quantile(0.95, sum by (le) (rate(took_bucket[5m] offset 1h)))", None),
        ("histogram_quantile(0.95, max by (le) (rate(took_bucket[5m])))", None),
        ("max_over_time(histogram_quantile(0.95, sum by (le) (rate(took_bucket[5m])))[1h:1m])", None),
        (f"{P95} > 0.2", None),
        (f"{P95} - {P95}", None),
        ("rate(took_bucket[5m])", None),
    ],
)
def test_only_of_a_plain_quantile_are_the_buckets_known(text: str, q: float | None) -> None:
    assert plain_quantile(parse(text)) == q


def test_e11_a_declared_unit_must_be_that_of_the_name() -> None:
    with pytest.raises(ValueError, match=r'promql speaks of unit = "s", scale = 1, by its name, not of unit = "ratio"'):
        MetricSettings(promql=P95, unit="ratio")
    with pytest.raises(ValueError, match=r'publish_latency_ms speaks of unit = "s", scale = 0\.001'):
        MetricSettings(exposition=ExpositionSettings(metric="publish_latency_ms", quantile=0.95), unit="s")


def test_e13_a_number_of_samples_needs_a_way_to_count_them() -> None:
    with pytest.raises(ValueError, match=r'min_samples: add samples = "\.\.\."'):
        MetricSettings(promql="max(queue_length)", min_samples=10)

    assert MetricSettings(promql=P95, unit="s", min_samples=10).kind == "prometheus"


@pytest.mark.parametrize(
    ("events", "total", "says"),
    [
        ("sum(rate(a_total[5m]))", "sum(rate(b_total[5m]))", "promql_rate: give counts, such as sum"),
        ("sum(increase(a_total[5m]))", "sum(increase(a_total[10m]))", "must have the same range"),
    ],
)
def test_a_rate_needs_counts_over_one_window(events: str, total: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        MetricSettings(promql_rate=PromqlRateSettings(events=events, total=total), unit="ratio")


def test_e16_a_range_must_span_four_scrapes() -> None:
    prometheus = PrometheusSettings(url="http://prometheus.example.com", scrape_s=15)
    prometheus.check("rate", MetricSettings(promql="sum(rate(a_total[1m]))", unit="1/s"))

    with pytest.raises(
        ValueError, match=r"a_total\[10000ms\] is too short: scrapes are 15 s apart, so give 60 s or more"
    ):
        prometheus.check("rate", MetricSettings(promql="sum(rate(a_total[10s]))", unit="1/s"))


def test_e19_a_label_of_the_environment_is_not_typed() -> None:
    prometheus = PrometheusSettings(url="http://prometheus.example.com", labels={"env": "prod"})

    with pytest.raises(ValueError, match=r"names the label 'env', which prometheus.labels sets; leave it out"):
        prometheus.check("queue", MetricSettings(promql='max(queue{env="staging"})'))


@pytest.mark.parametrize("plausible", [(2.0, 1.0), (0.0, float("inf")), (float("nan"), 1.0)])
def test_a_plausible_range_is_finite(plausible: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="plausible: give two finite numbers, the lower first"):
        MetricSettings(value="/m#/x", plausible=plausible)
