"""Evidence over strata: errors by whose they are, onsets, and the budget."""

from itertools import product
from math import comb

import numpy as np
import pytest

from gonogo.judge.budget import allocate
from gonogo.judge.errors import RISKS, ErrorEvidence, log_ratio
from gonogo.judge.latencies import LatencyEvidence
from gonogo.judge.logs import log_mean, log_sum
from gonogo.judge.onset import OnsetMixture


@pytest.mark.parametrize(("share", "null"), [(0.1, 1.0), (0.5, 1.0), (0.03, 2.0)])
def test_shared_out_errors_average_to_one(share, null):
    theta = null * share / (null * share + 1 - share)
    for errors in (1, 4, 9):
        chances = [comb(errors, mine) * theta**mine * (1 - theta) ** (errors - mine) for mine in range(errors + 1)]
        ratios = [np.exp(log_ratio((mine, errors - mine), share, RISKS * null, null)) for mine in range(errors + 1)]
        np.testing.assert_allclose(np.average(ratios, axis=0, weights=chances), 1.0, atol=1e-9)


def test_drawing_errors_without_replacement_is_covered():
    mine, other, errors = 6, 14, 5
    ways = [comb(mine, k) * comb(other, errors - k) for k in range(errors + 1)]
    ratios = [np.exp(log_ratio((k, errors - k), mine / (mine + other), RISKS, 1.0)) for k in range(errors + 1)]
    assert (np.average(ratios, axis=0, weights=ways) <= 1 + 1e-12).all()


def _errors() -> ErrorEvidence:
    return ErrorEvidence(1.0, 2.0, 0.005, 5, 2)


def test_more_errors_than_its_share_tell_against_the_candidate():
    evidence = _errors()
    for _ in range(30):
        evidence.add((2, 2), (50, 450))
    assert evidence.worse.best > np.log(1000)
    assert evidence.log_within < 0
    low, high = evidence.risk_interval(0.01)
    assert 3 < low < 9 < high < 25


def test_as_many_errors_as_its_share_tell_for_the_candidate():
    evidence = _errors()
    for _ in range(60):
        evidence.add((1, 9), (50, 450))
    assert evidence.log_within > np.log(100)
    low, high = evidence.risk_interval(0.01)
    assert low < 1 < high < 2


@pytest.mark.parametrize(("requests", "shown"), [(800, False), (1400, True)])
def test_no_errors_at_all_tell_by_the_floor_only_when_they_are_many(requests, shown):
    evidence = _errors()
    for _ in range(requests // 50):
        evidence.add((0, 0), (50, 450))
    assert bool(evidence.log_within > np.log(100)) is shown
    assert evidence.risk_interval(0.01) == (0.0, float("inf"))


def test_the_floor_averages_to_at_most_one_for_every_rate_at_or_above_it():
    for rate in (0.005, 0.02, 0.3):
        evidence = [_errors() for _ in range(2)]
        evidence[0].add((0, 0), (1, 1))
        evidence[1].add((1, 0), (1, 1))
        values = [np.exp(one._below_floor) for one in evidence]
        assert ((1 - rate) * values[0] + rate * values[1] <= 1 + 1e-12).all()


def test_an_onset_mixture_of_fair_coins_averages_to_one():
    """Every path of a fair game of six rounds, two bets: the mean of the final e-values is one."""
    bets = np.array([0.3, 0.8])
    finals = []
    for path in product((-1, 1), repeat=6):
        mixture = OnsetMixture(np.log([0.5, 0.5]), starts=3, every=2, head=0.4)
        for side in path:
            mixture.add(np.log(1 + side * bets))
        finals.append(np.exp(mixture.log_value))
        assert mixture.best >= mixture.log_value
    assert np.mean(finals) == pytest.approx(1.0)


def test_a_late_change_is_found_almost_as_fast_as_an_early_one():
    def delay(healthy: int) -> int:
        mixture = OnsetMixture(np.zeros(1), starts=15, every=12, head=0.3)
        for _ in range(healthy):
            mixture.add(np.array([-0.5]))
        rounds = 0
        while mixture.best < np.log(100):
            mixture.add(np.array([0.5]))
            rounds += 1
        return rounds

    assert delay(60) <= 1.5 * delay(0)


def test_an_onset_mixture_takes_up_where_it_stopped():
    one, other = (OnsetMixture(np.log([0.5, 0.5]), 4, 3, 0.3) for _ in range(2))
    for step in range(7):
        one.add(np.array([0.1 * step, -0.2]))
    other.restore(one.state())
    for mixture in (one, other):
        mixture.add(np.array([0.7, 0.1]))
    assert other.state() == one.state()


def test_a_candidate_that_never_varies_gets_no_evidence_for_itself():
    evidence = LatencyEvidence(0.05, 0.10, ("body", "tail"), 5, 2)
    draw = np.random.default_rng(1)
    for _ in range(20):
        evidence.add(np.full(50, 0.01), draw.lognormal(0, 0.5, 450))
    assert evidence.log_within == {"body": 0.0, "tail": 0.0}


def test_a_fast_body_does_not_hide_a_slow_tail():
    evidence = LatencyEvidence(0.05, 0.10, ("body", "tail"), 5, 2)
    draw = np.random.default_rng(1)
    for _ in range(60):
        candidate = draw.lognormal(-0.2, 0.5, 50)
        evidence.add(np.where(candidate > 1.6, candidate * 2.5, candidate), draw.lognormal(0, 0.5, 450))
    assert evidence.log_within["body"] > np.log(100)
    assert evidence.log_within["tail"] < 0


def test_a_budget_is_shared_out_whole():
    assert allocate(0.01, {"latency": 3, "errors": 1}) == pytest.approx({"latency": 0.0075, "errors": 0.0025})


@pytest.mark.parametrize(
    ("alpha", "weights"),
    [(0, {"a": 1}), (1, {"a": 1}), (float("nan"), {"a": 1}), (0.01, {}), (0.01, {"a": 0}), (0.01, {"a": float("nan")})],
)
def test_a_budget_that_means_nothing_is_refused(alpha, weights):
    with pytest.raises(ValueError, match=r"budget|weight"):
        allocate(alpha, weights)


def test_sums_of_logarithms():
    assert log_sum(np.log([1.0, 2.0, 5.0])) == pytest.approx(np.log(8))
    assert log_mean(np.array([-2000.0, -2000.0])) == pytest.approx(-2000)
