"""Named figures: a number that is absent, odd or impossible is never taken for zero."""

import json

import pytest
from fault_rig import Rig

from gonogo.measurement import Measurement
from gonogo.outcome import Inconclusive, Missed
from gonogo.probes.http import HttpProbe
from gonogo.probes.metrics import MetricProbe, Rate
from gonogo.settings import MetricSettings

VALUE = MetricSettings(value="/metrics#/metrics/errors")
RATE = MetricSettings(events="/metrics#/metrics/errors", total="/totals#/starts", unit="ratio", min_samples=100)


def test_a_value_becomes_a_measurement(http: HttpProbe, rig: Rig) -> None:
    rig.reply("/metrics", '{"metrics": {"errors": 7.0}}')

    measured = MetricProbe(http).read("validation errors", VALUE)

    assert isinstance(measured, Measurement)
    assert (measured.subject, measured.value, measured.unit) == ("validation errors", 7, "count")
    assert (measured.source, measured.query) == ("metrics", "/metrics#/metrics/errors")


def test_events_and_total_become_a_rate(http: HttpProbe, rig: Rig) -> None:
    rig.reply("/metrics", '{"metrics": {"errors": 3}}')
    rig.reply("/totals", '{"starts": 2000}')

    rate = MetricProbe(http).read("validation error rate", RATE)

    assert isinstance(rate, Rate)
    assert (rate.events, rate.total, rate.min_samples) == (3, 2000, 100)


def test_a_document_named_twice_is_fetched_once(http: HttpProbe, rig: Rig) -> None:
    rig.reply("/metrics", '{"errors": 3, "starts": 2000}')

    MetricProbe(http).read("rate", MetricSettings(events="/metrics#/errors", total="/metrics#/starts"))

    assert len(rig.asked) == 1


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (-1, "is negative; the counter is not to be trusted"),
        (1.5, "is not whole, though it counts something"),
        (True, "is no number"),
        (None, "is no number"),
        ("7", "is no number"),
        ([], "is no number"),
    ],
)
def test_what_is_no_count_is_inconclusive(http: HttpProbe, rig: Rig, found: object, says: str) -> None:
    rig.reply("/metrics", json.dumps({"metrics": {"errors": found}}))

    with pytest.raises(Inconclusive, match=f"validation errors: .* at /metrics#/metrics/errors {says}"):
        MetricProbe(http).read("validation errors", VALUE)


def test_a_figure_that_is_absent_is_not_zero(http: HttpProbe, rig: Rig) -> None:
    rig.reply("/metrics", '{"metrics": {"error_count": 0}}')

    with pytest.raises(Inconclusive, match=r"absent, which is not zero: .* at /metrics are the keys error_count"):
        MetricProbe(http).read("validation errors", VALUE)


def test_nan_is_inconclusive(http: HttpProbe, rig: Rig) -> None:
    rig.reply("/metrics", '{"metrics": {"errors": NaN}}')

    with pytest.raises(Inconclusive, match="holds NaN"):
        MetricProbe(http).read("validation errors", VALUE)


def test_more_events_than_there_were_in_total_is_inconclusive(http: HttpProbe, rig: Rig) -> None:
    rig.reply("/metrics", '{"metrics": {"errors": 11}}')
    rig.reply("/totals", '{"starts": 10}')

    with pytest.raises(Inconclusive, match=r"11 events of 10 in total .* they do not belong together"):
        MetricProbe(http).read("validation error rate", RATE)


def test_a_metrics_endpoint_that_fails_is_a_miss(http: HttpProbe, rig: Rig) -> None:
    rig.reply("/metrics", "{}", status="500 Internal Server Error")

    with pytest.raises(Missed, match="GET /metrics: status 500, required 200"):
        MetricProbe(http).read("validation errors", VALUE)


def test_a_duration_need_not_be_whole(http: HttpProbe, rig: Rig) -> None:
    rig.reply("/metrics", '{"p95": 0.193}')

    measured = MetricProbe(http).read("p95", MetricSettings(value="/metrics#/p95", unit="s"))

    assert (measured.value, measured.unit) == (0.193, "s")  # type: ignore[union-attr]
