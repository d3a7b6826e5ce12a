"""Our own evaluation of PromQL beside a real Prometheus, over the same samples; and what it refuses."""

import math
from collections.abc import Iterator
from typing import Any

import pytest
from backfilled import SECONDS, Both, both

from hermetic.docflow.observing.own.store import Store
from hermetic.docflow.observing.promql import ranges
from hermetic.docflow.observing.promql.evaluation import Evaluation
from hermetic.docflow.observing.promql.parser import parse
from hermetic.docflow.observing.promql.words import Failed, Refused

QUERIES = (
    "level",
    'requests_total{status=~"5..",route!="/a"}',
    'requests_total{status!~"2..|4.."}',
    '{__name__=~"sho.*",instance="canary"}',
    "level offset 90s",
    "short",
    "rate(requests_total[1m])",
    "increase(requests_total[5m])",
    "increase(requests_total[20s])",
    "irate(requests_total[10s])",
    "delta(level[45s])",
    "resets(requests_total[5m])",
    "changes(level[30s])",
    "changes(odd[30s])",
    "min_over_time(level[77s])",
    "max_over_time(level[77s])",
    "max_over_time(odd[9s])",
    "avg_over_time(level[2m])",
    "sum_over_time(level[2m])",
    "count_over_time(requests_total[3m])",
    "rate(still_total[1m])",
    "rate(short[3m])",
    "increase(requests_total[1m] offset 3m)",
    "sum(rate(requests_total[1m]))",
    "sum by (instance) (rate(requests_total[1m]))",
    "sum without (instance, job) (requests_total)",
    "sum(requests_total) by (route, nothing)",
    "avg by (status) (requests_total)",
    "max by (route) (requests_total)",
    "min without (status) (requests_total)",
    "max(odd)",
    "min by (instance) (odd)",
    "count by (status) (requests_total)",
    "count(requests_total > 30)",
    "histogram_quantile(0.95, sum by (le) (rate(seconds_bucket[5m])))",
    "histogram_quantile(0.5, rate(seconds_bucket[1m]))",
    "histogram_quantile(0.999, sum by (le, instance) (increase(seconds_bucket[2m])))",
    "histogram_quantile(0, seconds_bucket)",
    "histogram_quantile(1, seconds_bucket)",
    "histogram_quantile(1.5, seconds_bucket)",
    "histogram_quantile(0.9, unused_bucket)",
    'histogram_quantile(0.9, seconds_bucket{le!="+Inf"})',
    "histogram_quantile(0.9, level)",
    'sum(rate(requests_total{status=~"5.."}[2m])) / sum(rate(requests_total[2m]))',
    'sum by (instance) (rate(requests_total{status="404"}[2m])) / sum by (instance) (rate(requests_total[2m])) > 0.03',
    'requests_total{status="404"} / on (instance, route) requests_total{status="200"}',
    'requests_total{status="404"} / ignoring (status) requests_total{status="200"}',
    'requests_total{status="404"} > bool ignoring (status) requests_total{status="500"}',
    'requests_total{status="200"} > on (instance, route) requests_total{status="404"}',
    "level > 10",
    "10 < level",
    "level == bool 4",
    "100 - level % 7",
    "-level",
    "-level * 2 + 1",
    "level / 0",
    "still_total / still_total",
    "abs(level)",
    "ceil(level) - floor(level)",
    "level and on (instance) short",
    "level unless on (instance) level > 20",
    "level > 20 or on (instance) short",
    "requests_total unless requests_total offset 5m",
    "sum(min_over_time(requests_total[4m]) unless requests_total offset 4m)",
    "time() - min(timestamp(level))",
    "timestamp(level + 0)",
    "timestamp((short))",
    "vector(7) + 1",
    "scalar(sum(level)) * 2",
    "scalar(level)",
    "time()",
    "2 * 3 - 4 / (5 % 3)",
    "1 / 0",
    "1 > bool 2",
    "Inf - NaN",
    'max(count_over_time(nothing_of_that_name{a="b"}[5m]))',
    "(sum(nothing) or vector(0)) / sum(rate(requests_total[5m]))",
    "level == on (instance) level",
    "1e3 + .5",
    'level{instance!=""}',
    "rate((requests_total[30s]))",
)
REFUSED = (
    "", "sum(", "level{", "level)", "up[5m", "rate(level)", "abs(level[1m])", "sum(level[1m])", '"text"', "level 5",
    "level ^ 2", "topk(3, level)", "quantile(0.5, level)", "label_replace(level, 'a', 'b', 'c', 'd')", "level @ 5",
    "rate(level[5m:1m])", "level * on (job) group_left level", "predict_linear(level[5m], 60)", "foo(level)",
    "level offset -5m", "level[1m] + 1", "level > bool", "1 > 2", "level + bool 1", "1 and level", "1 + on (a) level",
    '{a=~".*"}', "{}", 'level{a=~"("}', 'level{a=~"(?=b)"}', 'level{a=~"(a)\\\\1"}', "level[0s]", "level[5s5m]",
    'level{__name__="other"}', "0x1f", "5m", "group(level)", "count_values('a', level)", "time(1)", "vector(level)",
    "level{a='\\q'}", "level{a=5}", "atan2", "1 atan2 2", "sort(level)", "holt_winters(level[5m], 0.5, 0.5)",
)  # fmt: skip
TWICE_AND_UNEVEN = ("level / on (job) short", "requests_total / on (instance) level", 'rate({instance="canary"}[1m])')
REACH = ranges.reach
MOMENTS_S = (3.25, 61.25, 150.5, 230.777, 415.101, SECONDS - 0.3, SECONDS + 40.5)
"""After the beginning; no sample and no beginning of a range falls on them, which Prometheus 2 and 3 take otherwise."""


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    rules = [query for query in QUERIES if parse(query).type == "vector"]
    with both(tmp_path_factory.mktemp("pair"), rules) as found, pytest.MonkeyPatch.context() as patch:
        if found.version < (2, 52):
            patch.setattr(ranges, "reach", former_reach)
        yield found


def former_reach(edge_s: float, distance_s: float, zero_s: float) -> float:
    """As Prometheus had it before 2.52: it first went to zero, then looked whether that was too far."""
    nearer = min(edge_s, zero_s)
    return nearer if nearer < ranges.NEAR * distance_s else distance_s / 2


def by_labels(answer: Any) -> dict[tuple[tuple[str, str], ...], list[list[Any]]]:
    if answer["resultType"] == "scalar":
        return {(): [answer["result"]]}
    points = {"vector": lambda one: [one["value"]], "matrix": lambda one: one["values"]}[answer["resultType"]]
    return {tuple(sorted(one["metric"].items())): points(one) for one in answer["result"]}


def alike(ours: Any, real: Any) -> None:
    assert ours["resultType"] == real["resultType"]
    one, other = by_labels(ours), by_labels(real)
    assert set(one) == set(other)
    for labels, points in one.items():
        assert [at for at, _ in points] == [at for at, _ in other[labels]]
        for (_, value), (_, wanted) in zip(points, other[labels], strict=True):
            assert float(value) == pytest.approx(float(wanted), rel=1e-9, abs=1e-12, nan_ok=True), labels


@pytest.mark.parametrize("query", QUERIES)
def test_every_figure_is_the_one_of_a_real_prometheus(pair: Both, query: str) -> None:
    for second in MOMENTS_S:
        at = f"{pair.begin / 1000 + second:.3f}"
        answer = pair.real("query", query=query, time=at)
        assert answer["status"] == "success", answer
        alike(pair.own("query", query=query, time=at), answer["data"])


@pytest.mark.parametrize("query", QUERIES)
def test_every_course_is_the_one_of_a_real_prometheus(pair: Both, query: str) -> None:
    asked = {"query": query, "start": pair.begin / 1000 + 130.25, "end": pair.begin / 1000 + 320, "step": "9.5"}
    alike(pair.own("query_range", **asked), pair.real("query_range", **asked)["data"])


def test_samples_of_a_range_are_those_of_a_real_prometheus(pair: Both) -> None:
    for query in ("level[20s]", "(short[100s] offset 100s)"):
        asked = {"query": query, "time": pair.begin / 1000 + 250.3}
        alike(pair.own("query", **asked), pair.real("query", **asked)["data"])


def test_series_are_those_of_a_real_prometheus(pair: Both) -> None:
    asked = {"match[]": 'requests_total{status="500"}', "start": pair.begin / 1000, "end": pair.begin / 1000 + 700}
    ours, real = pair.own("series", **asked), pair.real("series", **asked)["data"]
    assert sorted(ours, key=str) == sorted(({**one} for one in real), key=str) != []


def test_queries_are_written_as_a_real_prometheus_writes_them(pair: Both) -> None:
    (group,) = pair.real("rules", type="alert")["data"]["groups"]
    asked = [query for query in QUERIES if parse(query).type == "vector"]
    assert [str(parse(query)) for query in asked] == [rule["query"] for rule in group["rules"]]


@pytest.mark.parametrize("query", TWICE_AND_UNEVEN)
def test_what_does_not_match_one_to_one_fails_in_both(pair: Both, query: str) -> None:
    at = pair.begin / 1000 + 150
    answer = pair.real("query", query=query, time=at)
    assert (answer["status"], answer["errorType"]) == ("error", "execution")
    with pytest.raises(Failed):
        pair.own("query", query=query, time=at)


@pytest.mark.parametrize("query", REFUSED)
def test_what_is_not_supported_is_refused(query: str) -> None:
    with pytest.raises(Refused):
        parse(query)


def test_a_refusal_says_where() -> None:
    with pytest.raises(Refused, match=r"^1:10: parse error: unsupported regular expression '\(\?=b\)'$"):
        parse('level{a=~"(?=b)"}')
    with pytest.raises(Refused, match=r"^1:5: parse error: unexpected end of input, expected \{$"):
        parse("sum(")


def test_a_range_that_begins_at_a_sample_has_it_only_in_prometheus_2(pair: Both) -> None:
    first = pair.own("query", query="short[100s]", time=pair.begin / 1000 + 190)["result"][0]["values"][0][0]
    asked = {"query": 'count_over_time(short{instance="canary"}[10s])', "time": first + 10}
    ours, real = pair.own("query", **asked), pair.real("query", **asked)["data"]
    assert int(real["result"][0]["value"][1]) - int(ours["result"][0]["value"][1]) == (pair.version < (3,))


@pytest.mark.parametrize(
    ("edge_s", "zero_s", "expected_s"),
    [(0.5, 9.0, 0.5), (1.0, 9.0, 1.0), (1.2, 9.0, 0.5), (1.2, 0.8, 0.5), (1.2, 0.3, 0.3), (0.9, 0.8, 0.8), (3, 0, 0)],
)
def test_a_counter_goes_on_to_the_edge_if_it_is_near_and_never_below_zero(
    edge_s: float, zero_s: float, expected_s: float
) -> None:
    assert REACH(edge_s, 1.0, zero_s) == expected_s


def test_a_range_and_the_look_back_are_open_at_their_beginning() -> None:
    store = Store()
    for second in (0, 10, 20):
        store.add((("__name__", "m"),), second * 1000, float(second))
    assert Evaluation(store, 20_000).vector(parse("count_over_time(m[20s])"))[0].value == 2
    assert Evaluation(store, 320_000).vector(parse("m")) == []
    assert Evaluation(store, 319_999).vector(parse("m"))[0].value == 20


def test_a_series_that_has_ended_is_not_there_until_it_comes_back() -> None:
    store, labels = Store(), (("__name__", "m"),)
    store.add(labels, 1000, 1.0)
    store.add(labels, 2000, math.nan, end=True)
    store.add(labels, 3000, 5.0)
    values = [[one.value for one in Evaluation(store, at).vector(parse("m"))] for at in (1500, 2500, 3500)]
    assert values == [[1.0], [], [5.0]]
    assert Evaluation(store, 3500).vector(parse("count_over_time(m[5s])"))[0].value == 2
