"""One proportion or quantile, watched: closed forms, exact averages, published sizes, and what the watches answer."""

import json
import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, binom

from gonogo.judge.bands import band_width, quantile_band, quantile_p_value
from gonogo.judge.sequence import log_evidence, prior_weight, quantile_bounds, rate_interval
from gonogo.judge.watch import QuantileWatch, RateWatch
from gonogo.measurement import Limit
from gonogo.outcome import Outcome

AT_MOST_5_PERCENT = Limit("<=", 0.05, "ratio")


@pytest.mark.parametrize(("events", "total", "p"), [(0, 10, 0.05), (3, 40, 0.05), (9, 12, 0.5), (40, 40, 0.9)])
def test_the_evidence_is_the_likelihood_averaged_over_a_beta_prior(events, total, p):
    prior = beta(prior_weight(1000, 0.05) * p, prior_weight(1000, 0.05) * (1 - p))
    average, _ = quad(lambda x: prior.pdf(x) * x**events * (1 - x) ** (total - events), 0, 1, points=[p], limit=200)
    expected = math.log(average) - events * math.log(p) - (total - events) * math.log1p(-p)
    assert float(log_evidence(events, total, p, 1000)) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("p", [0.01, 0.05, 0.5, 0.97])
@pytest.mark.parametrize("side", ["both", "above", "below"])
def test_the_evidence_averages_to_one_at_the_rate_that_is_doubted(p, side):
    for total in (1, 5, 60):
        events = np.arange(total + 1)
        mean = float(binom.pmf(events, total, p) @ np.exp(log_evidence(events, total, p, 200, side)))
        assert mean == pytest.approx(1.0, abs=1e-9)


def test_one_sided_evidence_is_valid_against_the_whole_side():
    events = np.arange(61)
    for p, others, side in ((0.3, (0.01, 0.1, 0.29), "above"), (0.3, (0.31, 0.6, 0.99), "below")):
        values = np.exp(log_evidence(events, 60, p, 200, side))
        assert all(float(binom.pmf(events, 60, other) @ values) <= 1 + 1e-9 for other in others)


@pytest.mark.parametrize(("q", "least"), [(0.95, 185), (0.99, 584), (0.999, 4129)])
def test_an_upper_bound_of_a_quantile_exists_from_the_published_sizes_on(q, least):
    assert math.isinf(quantile_bounds(range(least - 1), q, 0.025, 1000)[1])
    assert math.isfinite(quantile_bounds(range(least), q, 0.025, 1000)[1])


def test_an_interval_holds_at_every_look_as_often_as_it_says():
    wrong = 0
    for seed in range(100):
        draw, events = random.Random(seed), 0
        for total in range(1, 501):
            events += draw.random() < 0.05
            if total % 25 == 0:
                low, high = rate_interval(events, total, 0.05, 300)
                if not low <= 0.05 <= high:
                    wrong += 1
                    break
    assert wrong <= 12  # 5 % of 100, and chance


@settings(max_examples=80)
@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_an_interval_holds_the_rate_that_was_seen_and_is_mirrored(counts):
    events, total = counts
    low, high = rate_interval(events, total, 0.01, 1000)
    assert 0 <= low <= events / total <= high <= 1
    mirrored = rate_interval(total - events, total, 0.01, 1000)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-6)
    assert rate_interval(events, total, 0.01, 1000, "above")[0] <= events / total
    assert rate_interval(events, total, 0.01, 1000, "below")[1] >= events / total


@pytest.mark.parametrize(("events", "total"), [(0, 0), (5, 3), (-1, 4)])
def test_what_is_no_proportion_is_refused(events, total):
    with pytest.raises(ValueError, match="no proportion"):
        rate_interval(events, total, 0.01, 1000)


@pytest.mark.parametrize("one_sided", [False, True])
@pytest.mark.parametrize(
    ("events", "total", "outcome"),
    [
        (0, 0, Outcome.INCONCLUSIVE),
        (0, 100, Outcome.INCONCLUSIVE),
        (4, 500, Outcome.MET),
        (25, 500, Outcome.INCONCLUSIVE),
        (60, 500, Outcome.MISSED),
        (20, 20, Outcome.MISSED),
    ],
)
def test_a_watched_rate(events, total, outcome, one_sided):
    watch = RateWatch("slow answers", AT_MOST_5_PERCENT, one_sided=one_sided)
    assert watch.look(events, total).outcome is outcome


def test_a_watched_rate_grows_with_each_look_and_says_what_would_settle_it():
    watch = RateWatch("slow answers", AT_MOST_5_PERCENT)
    judgement = watch.look(1, 100)
    assert judgement.outcome is Outcome.INCONCLUSIVE
    assert "about 400 more would settle it" in judgement.reason
    assert watch.look(4, 400, source="prometheus").outcome is Outcome.MET
    with pytest.raises(ValueError, match="no proportion"):
        watch.look(2, 1)


def test_a_rate_at_its_limit_is_not_settled_by_more_of_the_same():
    assert "too close to the limit" in RateWatch("slow answers", AT_MOST_5_PERCENT).look(50, 1000).reason


@pytest.mark.parametrize(
    ("samples", "outcome"),
    [
        ([], Outcome.INCONCLUSIVE),
        ([0.1] * 150, Outcome.INCONCLUSIVE),
        ([0.1] * 400, Outcome.MET),
        ([0.2] * 400, Outcome.MET),
        ([0.1] * 400 + [math.nan], Outcome.INCONCLUSIVE),
        ([0.1] * 400 + [math.inf], Outcome.INCONCLUSIVE),
        ([0.1] * 300 + [0.3] * 100, Outcome.MISSED),
        ([0.1] * 300 + [0.3] * 100 + [math.nan], Outcome.MISSED),
    ],
)
def test_a_watched_quantile(samples, outcome):
    judgement = QuantileWatch("response time", 0.95, 0.2).look(samples)
    assert judgement.outcome is outcome
    assert "share above 200 ms" in judgement.reason


def test_watches_take_up_where_they_stopped():
    one, other = (QuantileWatch("response time", 0.95, 0.2) for _ in range(2))
    one.look([0.1] * 200 + [0.4, math.nan])
    other.restore(json.loads(json.dumps(one.state())))
    assert one.look([0.1] * 50).reason == other.look([0.1] * 50).reason
    assert other.state() == one.state()


def test_one_side_alone_is_sharper_once_there_is_some_data():
    assert rate_interval(10, 1000, 0.01, 1000, "below")[1] < rate_interval(10, 1000, 0.01, 1000)[1]
    assert rate_interval(10, 1000, 0.01, 1000, "above") > rate_interval(10, 1000, 0.01, 1000)


def test_bands_have_an_upper_end_from_the_published_sizes_on():
    assert band_width(3197, 0.025) > 0.05 > band_width(3198, 0.025)
    assert band_width(82_149, 0.025) > 0.01 > band_width(82_150, 0.025)
    assert quantile_band([], [0.5], 0.05) == [(0.5, -math.inf, math.inf)]
    (_, low, high), (_, _, none) = quantile_band(range(4000), [0.5, 0.99], 0.025)
    assert low < 2000 < high
    assert math.isinf(none)


def test_one_quantile_of_two_arms():
    draw = np.random.default_rng(1)
    usual, same, slow = draw.exponential(1, 2000), draw.exponential(1, 1500), draw.exponential(1.4, 1500)
    assert quantile_p_value(slow, usual, 0.9, 1000) < 0.001
    assert quantile_p_value(same, usual, 0.9, 1000) > 0.05
    assert quantile_p_value(usual, slow, 0.9, 1000) == pytest.approx(quantile_p_value(slow, usual, 0.9, 1000))
    assert quantile_p_value(np.array([]), usual, 0.9, 1000) == 1.0
    assert quantile_p_value(np.full(500, 2.0), np.full(500, 2.0), 0.9, 1000) == 1.0
