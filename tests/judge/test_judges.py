"""Judging: below, at and above the limit, no data, NaN, and the truth on known distributions."""

import math
import random

import pytest

from gonogo.judge import interval, mean, quantile, rate, ratio_to_baseline, value
from gonogo.judge.quantiles import quantile_interval
from gonogo.judge.rates import clopper_pearson
from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Inconclusive, Missed, Outcome

BELOW_1_PERCENT = Limit("<", 0.01, "ratio")
HALF_A_SECOND = Limit("<", 0.5, "s")


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (149, Outcome.MET),
        (150, Outcome.MISSED),
        (151, Outcome.MISSED),
        (math.nan, Outcome.INCONCLUSIVE),
        (math.inf, Outcome.INCONCLUSIVE),
        (None, Outcome.INCONCLUSIVE),
        (True, Outcome.MISSED),
        ("149", Outcome.MISSED),
    ],
)
def test_a_value_below_at_and_above_the_limit(found, outcome):
    assert value(Measurement("plans", found, "count"), Limit("<", 150, "count")).outcome is outcome


@pytest.mark.parametrize(
    ("low", "high", "outcome"),
    [
        (0.1, 0.4, Outcome.MET),
        (0.4, 0.6, Outcome.INCONCLUSIVE),
        (0.5, 0.6, Outcome.MISSED),
        (0.6, math.inf, Outcome.MISSED),
        (0.4, math.inf, Outcome.INCONCLUSIVE),
        (-math.inf, 0.4, Outcome.INCONCLUSIVE),
        (-math.inf, math.inf, Outcome.INCONCLUSIVE),
        (math.nan, 0.4, Outcome.INCONCLUSIVE),
        (None, None, Outcome.INCONCLUSIVE),
    ],
)
def test_an_interval_decides_only_as_a_whole(low, high, outcome):
    measured = Measurement("p95", 0.45, "s", low=low, high=high, samples=100)
    assert interval(measured, HALF_A_SECOND).outcome is outcome


def test_an_interval_is_not_judged_against_a_text():
    with pytest.raises(ValueError, match="a number"):
        interval(Measurement("x", 1.0, low=0, high=2), Limit("==", "on"))


@pytest.mark.parametrize(
    ("events", "total", "outcome"),
    [
        (0, 527, Outcome.INCONCLUSIVE),
        (0, 528, Outcome.MET),
        (10, 1000, Outcome.INCONCLUSIVE),
        (30, 1000, Outcome.MISSED),
        (0, 0, Outcome.INCONCLUSIVE),
        (5, 3, Outcome.INCONCLUSIVE),
        (-1, 10, Outcome.INCONCLUSIVE),
    ],
)
def test_a_rate_needs_enough_events_to_be_met(events, total, outcome):
    assert rate("validation error rate", events, total, BELOW_1_PERCENT).outcome is outcome


def test_an_undecided_rate_says_what_would_settle_it():
    judgement = rate("validation error rate", 1, 400, BELOW_1_PERCENT)
    with pytest.raises(Inconclusive, match=r"about \d+ in all would settle it"):
        judgement.require()


def test_a_missed_rate_names_measured_required_samples_and_remedy():
    judgement = rate("validation error rate", 50, 1000, BELOW_1_PERCENT, source="http", remedy="read the log")
    with pytest.raises(Missed, match=r"validation error rate: 5 % .* from 1000 samples \[http\], required < 1 %; read"):
        judgement.require()


def test_clopper_pearson_matches_published_values():
    low, high = clopper_pearson(10, 100, 0.95)
    assert (round(low, 4), round(high, 4)) == (0.0490, 0.1762)


def test_a_quantile_of_few_samples_is_inconclusive_and_says_how_many_it_needs():
    judgement = quantile("p95", [0.1] * 50, 0.95, HALF_A_SECOND)
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert "at least 104 samples" in judgement.reason


@pytest.mark.parametrize(
    ("samples", "outcome"),
    [
        ([0.1] * 200, Outcome.MET),
        ([0.1] * 150 + [0.9] * 50, Outcome.MISSED),
        ([0.9] * 6, Outcome.MISSED),
        ([0.1] * 190 + [0.9] * 10, Outcome.INCONCLUSIVE),
        ([0.1] * 200 + [math.nan], Outcome.INCONCLUSIVE),
        ([], Outcome.INCONCLUSIVE),
    ],
)
def test_a_quantile_against_its_limit(samples, outcome):
    assert quantile("p95", samples, 0.95, HALF_A_SECOND).outcome is outcome


@pytest.mark.parametrize(
    ("uncertainty", "outcome"), [(0.0, Outcome.MET), (0.05, Outcome.MET), (0.15, Outcome.INCONCLUSIVE)]
)
def test_what_all_samples_may_be_off_together_widens_a_quantile(uncertainty, outcome):
    judgement = quantile("time to the client", [0.4] * 200, 0.95, HALF_A_SECOND, uncertainty=uncertainty)
    assert judgement.outcome is outcome
    assert (judgement.measurement.low, judgement.measurement.high) == pytest.approx(
        (0.4 - uncertainty, 0.4 + uncertainty)
    )


def test_the_quantile_interval_covers_the_truth_as_often_as_it_says():
    draw = random.Random(1)
    covered = 0
    for _ in range(400):
        samples = sorted(draw.expovariate(1) for _ in range(300))
        low, high = quantile_interval(samples, 0.9, 0.95)
        covered += low <= math.log(10) <= high
    assert covered >= 0.93 * 400


def test_a_mean_is_judged_by_its_interval():
    assert mean("average", [0.1, 0.11, 0.12] * 20, HALF_A_SECOND).outcome is Outcome.MET
    assert mean("average", [0.1], HALF_A_SECOND).outcome is Outcome.INCONCLUSIVE
    assert mean("average", [0.1, 3.0], HALF_A_SECOND).outcome is Outcome.INCONCLUSIVE


def _arm(seed: int, scale: float, size: int = 150) -> list[float]:
    draw = random.Random(seed)
    return [scale * draw.lognormvariate(0, 0.1) for _ in range(size)]


@pytest.mark.parametrize(
    ("factor", "outcome"), [(1.0, Outcome.MET), (1.1, Outcome.INCONCLUSIVE), (1.3, Outcome.MISSED)]
)
def test_a_candidate_is_compared_with_its_baseline_by_an_interval(factor, outcome):
    judgement = ratio_to_baseline("plan list", _arm(1, 0.02 * factor), _arm(2, 0.02), Limit("<=", 1.10, "times"))
    assert judgement.outcome is outcome


@pytest.mark.parametrize(
    ("candidate", "baseline", "why"),
    [
        (_arm(1, 1), _arm(1, 1), "one source"),
        (_arm(1, 1, 5), _arm(2, 1), "at least 20"),
        ([0.0] * 30, _arm(2, 1), "positive"),
        ([], [], "at least 20"),
    ],
)
def test_a_comparison_that_cannot_be_trusted_is_inconclusive(candidate, baseline, why):
    judgement = ratio_to_baseline("plan list", candidate, baseline, Limit("<=", 1.10, "times"))
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert why in judgement.reason
