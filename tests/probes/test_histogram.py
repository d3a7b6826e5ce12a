"""Histograms: quantiles with what the bucket hides and what chance does, and requests for a judge of two arms."""

import math

import pytest

from gonogo.outcome import Inconclusive
from gonogo.probes.metrics.histogram import Histogram, Reset
from gonogo.probes.metrics.requests import from_access_log, from_histograms, intervals

INF = math.inf


def histogram(*counts: float) -> Histogram:
    return Histogram((0.1, 0.2, 0.5, INF), counts)


def test_buckets_are_cumulative_and_may_come_in_any_order() -> None:
    assert Histogram.cumulative([(INF, 7.0), (0.1, 2.0), (0.2, 6.0)]) == Histogram((0.1, 0.2, INF), (2.0, 4.0, 1.0))


@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [(0.1, 1.0)],
        [(0.1, 3.0), (INF, 2.0)],
        [(0.1, math.nan), (INF, 2.0)],
        [(0.1, 1.0), (0.1, 1.0), (INF, 2.0)],
        [(math.nan, 1.0)],
    ],
)
def test_what_is_no_histogram_is_refused(pairs: list[tuple[float, float]]) -> None:
    with pytest.raises(ValueError, match="no histogram"):
        Histogram.cumulative(pairs)


def test_counts_that_fall_by_rounding_are_lifted() -> None:
    assert Histogram.cumulative([(0.1, 3.0), (0.2, 2.9999999), (INF, 3.0)]).counts == (3.0, 0.0, 0.0)


def test_a_quantile_is_interpolated_and_bounded_by_buckets() -> None:
    value, low, high = histogram(900, 90, 10, 0).quantile(0.95)

    assert value == pytest.approx(0.1 + 0.1 * 50 / 90)
    assert (low, high) == (0.1, 0.2)


def test_e14_few_samples_leave_a_quantile_open_above() -> None:
    value, low, high = histogram(9, 0, 1, 0).quantile(0.95)

    assert 0.2 < value <= 0.5
    assert (low, high) == (0.0, INF)  # ten samples cannot bound a p95


def test_chance_widens_the_interval_beyond_the_bucket() -> None:
    """952 of 1000 up to 0.1: the p95 lies there, but the true one may well be in the next bucket."""
    value, low, high = histogram(952, 48, 0, 0).quantile(0.95)

    assert value < 0.1
    assert (low, high) == (0.0, 0.2)


def test_a_quantile_in_the_last_bucket_is_infinite() -> None:
    assert histogram(10, 0, 0, 90).quantile(0.5)[0] == INF


def test_differences_tell_a_reset_from_other_bounds() -> None:
    assert histogram(5, 4, 1, 0).minus(histogram(1, 1, 1, 0)) == histogram(4, 3, 0, 0)
    with pytest.raises(Reset):
        histogram(1, 0, 0, 0).minus(histogram(2, 0, 0, 0))
    with pytest.raises(ValueError, match="other bounds"):
        histogram(1, 0, 0, 0).minus(Histogram((INF,), (0.0,)))


def test_what_came_between_scrapes_is_told_by_bucket() -> None:
    readings = [(100.0, histogram(1, 0, 0, 0)), (110.0, histogram(3, 1, 0, 0)), (120.0, histogram(3, 2, 0, 0))]

    first, second = intervals(readings, "canary")

    assert (first.start, first.end, first.buckets) == (100.0, 110.0, ((0.1, 2), (0.2, 1), (0.5, 0), (INF, 0)))
    assert second.histogram.total == 1


@pytest.mark.parametrize(
    ("readings", "says"),
    [
        ([(100.0, histogram(1, 0, 0, 0))], "1 scrapes, required 2"),
        ([(100.0, histogram(1, 0, 0, 0)), (100.0, histogram(2, 0, 0, 0))], "are not in order"),
        ([(100.0, histogram(2, 0, 0, 0)), (110.0, histogram(1, 0, 0, 0))], "a counter was reset after 100"),
        ([(100.0, histogram(2, 0, 0, 0)), (110.0, Histogram((INF,), (9.0,)))], "other bounds than before, after 100"),
    ],
)
def test_scrapes_that_do_not_follow_each_other(readings: list[tuple[float, Histogram]], says: str) -> None:
    with pytest.raises(Inconclusive, match=f"canary: .*{says}"):
        intervals(readings, "canary")


def test_requests_lie_in_their_bucket_and_in_the_middle_of_their_interval() -> None:
    found = intervals([(100.0, histogram(0, 0, 0, 0)), (110.0, histogram(0, 4, 0, 2))], "canary")

    requests = from_histograms(found, start=90.0)

    assert requests.latency_s == pytest.approx((0.1125, 0.1375, 0.1625, 0.1875, 0.625, 0.875))
    assert requests.at_s == (15.0,) * 6
    assert requests.failed == (False,) * 6


def test_equal_histograms_favour_no_arm() -> None:
    """The mean rank of either arm is the middle, whatever their sizes."""
    small, large = histogram(3, 6, 3, 0).spread(), histogram(30, 60, 30, 0).spread()
    ranks = [sum(one < other for other in large) for one in small]

    assert sum(ranks) / len(ranks) == pytest.approx(len(large) / 2)


def test_wide_buckets_cannot_show_that_an_arm_is_within() -> None:
    fine = Histogram((0.100, 0.104, 0.108, INF), (0.0, 5.0, 5.0, 0.0))
    ends = (0.0, Histogram(fine.bounds, (0.0,) * 4)), (1.0, fine)

    assert from_histograms(intervals(ends, "canary"), 0.0).shows_within(0.05)
    wide = intervals([(0.0, histogram(0, 0, 0, 0)), (1.0, histogram(0, 5, 0, 0))], "canary")
    assert from_histograms(wide, 0.0).resolution == 2.0
    assert not from_histograms(wide, 0.0).shows_within(0.1)


PATTERN = r"^(?P<at>\S+) (?P<arm>\w+) (?P<status>\d+) (?P<latency>\S+)$"
LINES = [
    "2026-11-25T10:00:10Z canary 200 12",
    "2026-11-25T10:00:11+00:00 stable 503 250",
    "",
    "1795600812.5 canary 200 9",
]


def test_an_access_log_gives_requests_by_arm() -> None:
    found = from_access_log(LINES, PATTERN, start=1795600800.0, scale=0.001)

    assert found["canary"].at_s == (10.0, 12.5)
    assert found["canary"].latency_s == pytest.approx((0.012, 0.009))
    assert (found["stable"].failed, found["stable"].resolution) == ((True,), 1.0)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("oops", "line 1: does not match .*no line is left out"),
        ("2026-11-25T10:00:10 canary 200 12", "is no time with a zone"),
        ("noon canary 200 12", "is no time with a zone"),
        ("2026-11-25T10:00:10Z canary 200 -", "'-' is no latency"),
    ],
)
def test_a_line_that_cannot_be_read_is_never_left_out(line: str, says: str) -> None:
    with pytest.raises(Inconclusive, match=says):
        from_access_log([line], PATTERN, start=0.0)


def test_a_pattern_must_have_its_groups() -> None:
    with pytest.raises(ValueError, match="no group latency, status"):
        from_access_log(LINES, r"(?P<at>\S+)", start=0.0)
