"""Judges of a load: intervals, limits, and that a sick generator never meets one."""

import math
import random
from dataclasses import replace
from typing import Any

import pytest
from test_workload_health import ORDER, recorded

from gonogo.judge.quantiles import quantile_interval
from gonogo.measurement import Limit
from gonogo.outcome import Outcome
from gonogo.workload import judging
from gonogo.workload.buckets import Histogram
from gonogo.workload.figures import Figures
from gonogo.workload.recording import ABORTED, STEADY, WARM, Recording
from gonogo.workload.result import Result

MET, MISSED, INCONCLUSIVE, UNVERIFIED = Outcome.MET, Outcome.MISSED, Outcome.INCONCLUSIVE, Outcome.UNVERIFIED


def result(samples: list[float], failed: int = 0, **changes: Any) -> Result:
    """Return a healthy run with these latencies, in s."""
    counts = dict(Histogram.from_samples(samples).counts)
    total = len(samples) + failed
    recording = recorded(planned=total, completed=total)
    failures = dict(Histogram.from_samples([0.01] * failed).counts)
    recording.figures = {(STEADY, "GET /"): Figures(counts, counts, failures, {0: total})}
    order = replace(ORDER, rate_per_s=total / 10)
    return Result(order, replace(recording, **changes))


def lognormal(count: int, p95: float) -> list[float]:
    source = random.Random(3)
    return [source.lognormvariate(math.log(p95) - 1.645 * 0.3, 0.3) for _ in range(count)]


@pytest.mark.parametrize(
    ("p95", "limit", "outcome"),
    [(0.18, 0.2, MET), (0.22, 0.2, MISSED), (0.2, 0.2, INCONCLUSIVE), (0.2, 0.3, MET)],
)
def test_a_quantile_is_judged_by_its_interval(p95: float, limit: float, outcome: Outcome) -> None:
    judgement = judging.latency(result(lognormal(5000, p95)), 0.95, Limit("<", limit, "s"))

    assert judgement.outcome is outcome
    measured = judgement.measurement
    assert measured.low is not None
    assert measured.high is not None
    assert measured.low < measured.value < measured.high  # type: ignore[operator]
    assert (measured.samples, measured.source, measured.window_s) == (5000, "load", 10)


def test_the_interval_holds_the_order_statistics_and_the_width_of_their_buckets() -> None:
    samples = sorted(lognormal(1000, 0.2))
    exact = quantile_interval(samples, 0.95, 0.99)
    ends = judging.quantile_interval(Histogram.from_samples(samples), 0.95, 0.99)

    assert ends[0] <= exact[0] < exact[1] <= ends[1]
    assert ends == pytest.approx(exact, rel=0.002)


def test_too_few_samples_for_a_quantile_decide_nothing() -> None:
    assert judging.latency(result([0.1] * 50), 0.99, Limit("<", 0.2, "s")).outcome is INCONCLUSIVE


@pytest.mark.parametrize(("limit", "outcome"), [(0.31, MET), (0.3, MISSED)])
def test_of_a_burst_the_slowest_is_judged(limit: float, outcome: Outcome) -> None:
    assert judging.slowest(result([0.1] * 9 + [0.3]), Limit("<=", limit, "s")).outcome is outcome


def test_where_everything_failed_there_is_no_slowest() -> None:
    assert judging.slowest(result([], 10), Limit("<", 1.0, "s")).outcome is INCONCLUSIVE


@pytest.mark.parametrize(("limit", "outcome"), [(0.2, MET), (0.05, MISSED), (0.1, INCONCLUSIVE)])
def test_a_mean_is_judged_by_its_interval(limit: float, outcome: Outcome) -> None:
    samples = [0.09, 0.11] * 500
    assert judging.mean(result(samples), Limit("<", limit, "s")).outcome is outcome


@pytest.mark.parametrize(("failed", "outcome"), [(0, MET), (100, MISSED), (10, INCONCLUSIVE)])
def test_an_error_rate_is_judged_by_its_exact_interval(failed: int, outcome: Outcome) -> None:
    judgement = judging.errors(result([0.01] * (1000 - failed), failed), Limit("<", 0.01, "ratio"))

    assert judgement.outcome is outcome
    assert judgement.measurement.value == failed / 1000


@pytest.mark.parametrize(("limit", "outcome"), [(90, MET), (110, MISSED), (100, INCONCLUSIVE)])
def test_a_throughput_counts_what_succeeded(limit: float, outcome: Outcome) -> None:
    assert judging.throughput(result([0.01] * 1000, 200), Limit(">=", limit, "1/s")).outcome is outcome


def test_answers_that_came_after_the_planned_time_lower_the_throughput() -> None:
    run = result([0.01] * 1000)
    run.recording.processes["0"].last_done_s = 20.0

    assert judging.throughput(run, Limit(">=", 90, "1/s")).measurement.value == 50


@pytest.mark.parametrize(("counted", "outcome"), [(1000, MET), (1010, MET), (1011, INCONCLUSIVE), (980, INCONCLUSIVE)])
def test_the_targets_own_count_has_to_agree_within_one_percent(counted: int, outcome: Outcome) -> None:
    judgement = judging.agreement(result([0.01] * 1000), counted, by="the MES")

    assert judgement.outcome is outcome
    assert f"{counted} there, 1000 here, required <= 1 %" in judgement.reason


def test_warm_up_and_failures_are_counted_and_no_latency() -> None:
    run = result([0.01] * 900, 100)
    run.recording.of(WARM, "GET /").add(Figures(dict(Histogram.from_samples([5.0] * 500).counts)))

    assert run.sent == 1500
    assert run.recording.histogram("intended").quantile(1.0) < 0.02


@pytest.mark.parametrize(
    ("change", "outcome", "says"),
    [
        ({"processes": {}}, UNVERIFIED, "the load generator recorded no request"),
        ({"expected_processes": 2}, INCONCLUSIVE, "1 of 2 generator processes gave no final report"),
        ({"stopped": "stopped from outside"}, INCONCLUSIVE, "the load ended early"),
    ],
)
def test_health_decides_first(change: dict[str, Any], outcome: Outcome, says: str) -> None:
    good, bad = result([0.01] * 1000, **change), result([9.0] * 1000, 500, **change)
    for run in (good, bad):
        for judgement in (
            judging.latency(run, 0.95, Limit("<", 0.2, "s")),
            judging.mean(run, Limit("<", 0.2, "s")),
            judging.errors(run, Limit("<", 0.01, "ratio")),
            judging.throughput(run, Limit(">=", 1, "1/s")),
            judging.agreement(run, 1000, by="the MES"),
        ):
            assert judgement.outcome is outcome
            assert says in judgement.reason


def test_a_load_that_was_aborted_can_miss_but_never_meet() -> None:
    stopped = f"{ABORTED}50 % of 200 requests failed within 2 s, allowed 5 %"
    limit = Limit("<", 0.01, "ratio")

    met = judging.errors(result([0.01] * 1000, stopped=stopped), limit)
    missed = judging.errors(result([0.01] * 1000, 900, stopped=stopped), limit)

    assert met.outcome is INCONCLUSIVE
    assert stopped in met.reason
    assert missed.outcome is MISSED


def test_a_rehearsal_says_so_in_every_judgement() -> None:
    run = replace(result([0.01] * 1000), rehearsal="10 of 50 users")
    judgements = [
        judging.latency(run, 0.95, Limit("<", 0.2, "s")),
        judging.mean(run, Limit("<", 0.2, "s")),
        judging.errors(run, Limit("<", 0.01, "ratio")),
        judging.throughput(run, Limit(">=", 1, "1/s")),
        judging.agreement(run, 1000, by="the MES"),
        judging.latency(replace(run, recording=Recording()), 0.95, Limit("<", 0.2, "s")),
    ]

    assert {judgement.as_dict()["measured"]["rehearsal"] for judgement in judgements} == {"10 of 50 users"}
    assert "(rehearsal: 10 of 50 users)" in judgements[0].reason
