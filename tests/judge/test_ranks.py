"""Ranks: the law of the scores against every possible draw; evidence averages to one when the arms are alike."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.judge.ranks import BETS, MAX_STRATUM, SCORE_OF, log_moments, rank_evidence, rank_scores


def _draws(size: int, drawn: int) -> list[tuple[int, ...]]:
    return list(combinations(range(size), drawn))


@pytest.mark.parametrize(("size", "drawn"), [(1, 1), (2, 1), (5, 2), (7, 4), (9, 9), (10, 3)])
def test_the_law_of_a_sum_of_scores_is_that_of_all_draws(size, drawn):
    tilts = BETS[:, None] * rank_scores(size)[SCORE_OF]
    by_hand = np.log([np.mean([np.exp(row[list(draw)].sum()) for draw in _draws(size, drawn)]) for row in tilts])
    np.testing.assert_allclose(log_moments(tilts, drawn)[:, drawn], by_hand, atol=1e-12)


def test_the_law_of_the_indicator_is_hypergeometric():
    size, drawn, ones, bet = 500, 50, 25, 0.7
    tilts = bet * rank_scores(size)[1:2]
    chances = [comb(ones, k) * comb(size - ones, drawn - k) / comb(size, drawn) for k in range(ones + 1)]
    expected = np.log(sum(chance * np.exp(bet * k) for k, chance in enumerate(chances)))
    assert log_moments(tilts, drawn)[0, drawn] == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("drawn", [1, 300, 599])
def test_the_largest_stratum_stays_within_floating_point(drawn):
    law = log_moments(BETS[:, None] * rank_scores(MAX_STRATUM)[SCORE_OF], drawn)
    assert np.isfinite(law).all()
    assert (law[:, drawn] >= BETS * rank_scores(MAX_STRATUM)[SCORE_OF].mean(axis=1) * drawn - 1e-9).all()  # Jensen


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    "values",
    [
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0],
        [1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 9.0],
        [4.0, 4.0, 4.0, 4.0, 4.0],
        [0.0, 0.0, 0.0, 1.0],
    ],
)
def test_evidence_averages_to_one_over_all_ways_to_share_out_the_values(values, sign):
    pool = np.array(values)
    for drawn in range(1, len(pool)):
        chosen = [list(draw) for draw in _draws(len(pool), drawn)]
        evidence = [np.exp(rank_evidence(pool[draw], np.delete(pool, draw), sign)) for draw in chosen]
        np.testing.assert_allclose(np.mean(evidence, axis=0), 1.0, atol=1e-10)


def test_an_empty_arm_and_values_that_are_all_the_same_tell_nothing():
    some = np.array([1.0, 2.0])
    assert not rank_evidence(some, np.array([]), 1).any()
    assert not rank_evidence(np.array([]), some, 1).any()
    np.testing.assert_allclose(rank_evidence(np.full(3, 5.0), np.full(9, 5.0), 1), 0.0, atol=1e-12)


def test_slower_and_faster_candidates_give_evidence_of_opposite_kinds():
    draw = np.random.default_rng(1)
    slow, usual = draw.lognormal(0.5, 0.5, 50), draw.lognormal(0, 0.5, 450)
    assert rank_evidence(slow, usual, 1).max() > 3
    assert rank_evidence(slow, usual, -1).max() < 0.5
    assert rank_evidence(1 / slow, usual, -1)[SCORE_OF == 0].max() > 3


def test_a_large_stratum_is_dealt_into_parts_and_tells_as_much():
    draw = np.random.default_rng(2)
    slow, usual = draw.lognormal(0.2, 0.5, 400), draw.lognormal(0, 0.5, 3600)
    parts = [rank_evidence(slow[part::7], usual[part::7], 1) for part in range(7)]
    np.testing.assert_allclose(rank_evidence(slow, usual, 1), sum(parts))


_values = st.lists(st.integers(1, 30), min_size=1, max_size=25)


@settings(max_examples=60)
@given(_values, _values, st.sampled_from([0.125, 2.0, 1024.0]))
def test_scaling_both_arms_changes_nothing(one, other, factor):
    a, b = np.array(one, dtype=float), np.array(other, dtype=float)
    np.testing.assert_allclose(rank_evidence(factor * a, factor * b, 1), rank_evidence(a, b, 1), atol=1e-9)


@settings(max_examples=60)
@given(_values, _values)
def test_swapping_the_arms_mirrors_the_answer(one, other):
    a, b = np.array(one, dtype=float), np.array(other, dtype=float)
    np.testing.assert_allclose(rank_evidence(a, b, 1), rank_evidence(b, a, -1), atol=1e-9)


@settings(max_examples=60)
@given(_values, _values, st.randoms(use_true_random=False))
def test_the_order_within_a_stratum_changes_nothing(one, other, chance):
    mixed = list(one), list(other)
    for values in mixed:
        chance.shuffle(values)
    before = rank_evidence(np.array(one, dtype=float), np.array(other, dtype=float), 1)
    after = rank_evidence(np.array(mixed[0], dtype=float), np.array(mixed[1], dtype=float), 1)
    np.testing.assert_allclose(before, after, atol=1e-9)
