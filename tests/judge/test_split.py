"""Was the traffic split as planned: planned, off, impossible and too few; and the promise at every look."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.judge import split
from gonogo.judge.multinomial import log_e_value, share_interval
from gonogo.outcome import Inconclusive, Missed, Outcome

CANARY = {"blue": 0.9, "green": 0.1}
SMALL = st.integers(0, 3000)


@pytest.mark.parametrize(
    ("counts", "outcome"),
    [
        ({"blue": 540, "green": 60}, Outcome.MET),
        ({"blue": 900, "green": 100}, Outcome.MET),
        ({"blue": 90, "green": 10}, Outcome.INCONCLUSIVE),
        ({"blue": 850, "green": 150}, Outcome.INCONCLUSIVE),
        ({"blue": 500, "green": 500}, Outcome.MISSED),
        ({"blue": 1000, "green": 0}, Outcome.MISSED),
        ({"blue": 1000}, Outcome.MISSED),
        ({"green": 60}, Outcome.MISSED),
        ({"blue": 900, "green": 100, "grey": 1}, Outcome.MISSED),
        ({"blue": 0, "green": 0}, Outcome.INCONCLUSIVE),
        ({}, Outcome.INCONCLUSIVE),
    ],
)
def test_a_split_is_judged_against_its_plan(counts, outcome):
    assert split("traffic of day 3", counts, CANARY).outcome is outcome


@pytest.mark.parametrize(
    ("blue", "green", "outcome"),
    [(0, 300, Outcome.MET), (1, 300, Outcome.MISSED), (1, 1_000_000, Outcome.MISSED), (0, 30, Outcome.INCONCLUSIVE)],
)
def test_a_share_of_nothing_tolerates_nothing(blue, green, outcome):
    assert split("day 5", {"blue": blue, "green": green}, {"blue": 0.0, "green": 1.0}).outcome is outcome
    assert split("day 5", {"blue": blue, "green": green}, {"green": 1.0}).outcome in (outcome, Outcome.MET)


def test_a_deviation_within_the_tolerance_is_met_however_plainly_it_shows():
    counts = {"blue": 88_000, "green": 12_000}
    assert log_e_value([88_000, 12_000], [0.9, 0.1]) > math.log(1000)
    assert split("traffic", counts, CANARY).outcome is Outcome.MET
    assert split("traffic", counts, CANARY, tolerance=0.01).outcome is Outcome.MISSED


def test_three_arms_are_judged_together():
    plan = {"a": 0.5, "b": 0.3, "c": 0.2}
    assert split("x", {"a": 1500, "b": 900, "c": 600}, plan).outcome is Outcome.MET
    assert split("x", {"a": 1500, "b": 600, "c": 900}, plan).outcome is Outcome.MISSED


def test_a_judgement_says_what_was_found_planned_and_would_settle_it():
    undecided = split("traffic of day 3", {"blue": 182, "green": 18}, CANARY, source="http", query="GET /health")
    with pytest.raises(Inconclusive, match=r"about 400 requests in all would settle it at this split"):
        undecided.require()
    assert "blue 91 %, green 9 % of 200 requests, planned blue 90 %, green 10 %" in undecided.reason
    assert "[http: GET /health], required <= 5 % off the plan" in undecided.reason
    assert (undecided.measurement.value, undecided.measurement.samples) == (pytest.approx(0.01), 200)

    with pytest.raises(Missed, match="mend the weights of the balancer"):
        split("traffic", {"blue": 1000}, CANARY, remedy="mend the weights of the balancer").require()
    edge = split("traffic", {"blue": 850, "green": 150}, CANARY)
    assert "too close to the tolerance to be settled by more of the same" in edge.reason


@pytest.mark.parametrize(
    ("counts", "shares"),
    [
        ({"a": 1}, {"a": 0.9}),
        ({"a": 1}, {"a": 90.0, "b": 10.0}),
        ({"a": 1}, {"a": 1.5, "b": -0.5}),
        ({"a": -1}, {"a": 1.0}),
        ({"a": 1}, {"a": math.nan, "b": 0.5}),
        ({}, {}),
    ],
)
def test_what_is_no_plan_or_no_count_is_refused(counts, shares):
    with pytest.raises(ValueError, match="must add up to 1"):
        split("traffic", counts, shares)


@settings(max_examples=60)
@given(SMALL, SMALL, st.floats(0.001, 0.999), st.floats(0.001, 0.3))
def test_swapping_the_arms_mirrors_the_judgement(one, two, share, tolerance):
    found = split("x", {"a": one, "b": two}, {"a": share, "b": 1 - share}, tolerance=tolerance)
    mirrored = split("x", {"b": one, "a": two}, {"b": share, "a": 1 - share}, tolerance=tolerance)

    assert mirrored.outcome is found.outcome
    for end in ("value", "low", "high"):
        assert getattr(mirrored.measurement, end) == pytest.approx(getattr(found.measurement, end), abs=1e-9)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 400), min_size=2, max_size=4), st.floats(0, 0.4), st.randoms(use_true_random=False))
def test_no_split_within_the_tolerance_explains_the_counts_better(counts, tolerance, rng):
    weights = [rng.uniform(0.05, 1) for _ in counts]
    shares = [weight / sum(weights) for weight in weights]
    least = log_e_value(counts, shares, tolerance)

    for _ in range(50):
        moves = [rng.uniform(-1, 1) for _ in counts]
        moves = [move - sum(moves) / len(moves) for move in moves]
        scale = tolerance * rng.random() / max(1e-9, *map(abs, moves))
        tried = [share + scale * move for share, move in zip(shares, moves, strict=True)]
        if min(tried) > 0:
            against = sum(
                count * math.log(share / other) for count, share, other in zip(counts, shares, tried, strict=True)
            )
            assert least <= log_e_value(counts, shares) + against + 1e-6


@settings(max_examples=100)
@given(st.integers(1, 2000), st.floats(0, 1), st.floats(0.01, 0.99))
def test_an_interval_holds_what_was_observed_and_narrows_with_doubt(total, part, share):
    count = round(total * part)
    low, high = share_interval(count, total, share, 0.01)

    assert 0 <= low <= count / total <= high <= 1
    wider = share_interval(count, total, share, 0.001)
    assert wider[0] <= low + 1e-12
    assert wider[1] >= high - 1e-12


def test_looking_often_does_not_alarm_a_healthy_split():
    alarms = met_off_plan = 0
    for seed in range(200):
        rng, counts, off = random.Random(seed), [0, 0], [0, 0]
        for request in range(1, 1001):
            counts[rng.random() < 0.1] += 1
            off[rng.random() < 0.17] += 1
            if request % 50 == 0:
                alarm = log_e_value(counts, [0.9, 0.1]) >= math.log(100)
                alarms += alarm
                low, high = share_interval(off[1], request, 0.1, 0.01)
                met_off_plan += low >= 0.05 and high <= 0.15
                if alarm:
                    break
    assert alarms <= 6
    assert met_off_plan <= 6


def test_a_split_that_is_far_off_shows_soon():
    needed = []
    for seed in range(50):
        rng, counts = random.Random(seed), {"blue": 0, "green": 0}
        while split("x", counts, CANARY).outcome is not Outcome.MISSED:
            for _ in range(10):
                counts["green" if rng.random() < 0.5 else "blue"] += 1
        needed.append(sum(counts.values()))
    assert sorted(needed)[25] <= 100


def test_requests_dealt_out_in_turn_are_met():
    counts = {"blue": 0, "green": 0}
    for request in range(600):
        counts["green" if request % 10 == 4 else "blue"] += 1
        assert split("x", counts, CANARY).outcome is not Outcome.MISSED
    assert split("x", counts, CANARY).met
