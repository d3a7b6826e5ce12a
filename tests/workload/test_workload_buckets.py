"""Buckets against exact samples: they lose 0.05 %, and merging loses nothing more."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.workload.buckets import Histogram, bounds, bucket_of


@given(st.floats(min_value=0, max_value=3600))
def test_a_latency_lies_in_its_bucket(seconds: float) -> None:
    low, high = bounds(bucket_of(seconds))

    assert low - 1e-15 <= seconds < high + 1e-8
    assert high - low <= max(1.0001e-8, seconds / 1023)


@given(st.floats(min_value=0, max_value=100), st.floats(min_value=0, max_value=100))
def test_buckets_keep_the_order(one: float, other: float) -> None:
    first, second = sorted((one, other))
    assert bucket_of(first) <= bucket_of(second)


def test_buckets_follow_each_other_without_a_gap() -> None:
    assert all(bounds(bucket)[1] == bounds(bucket + 1)[0] for bucket in range(30_000))


def test_a_clock_that_runs_backwards_counts_as_zero() -> None:
    assert bucket_of(-1.0) == 0


@pytest.mark.parametrize("q", [0.5, 0.9, 0.95, 0.99, 0.999])
def test_a_quantile_is_that_of_the_exact_samples_within_half_a_thousandth(q: float) -> None:
    source = random.Random(7)
    samples = [source.lognormvariate(-4, 1) for _ in range(10_000)]
    exact = sorted(samples)[math.ceil(len(samples) * q) - 1]

    assert Histogram.from_samples(samples).quantile(q) == pytest.approx(exact, rel=5e-4)


@given(st.lists(st.floats(min_value=0, max_value=10), min_size=1), st.lists(st.floats(min_value=0, max_value=10)))
def test_merging_is_as_good_as_having_recorded_together(some: list[float], more: list[float]) -> None:
    parts = Histogram.of(Histogram.from_samples(some).counts, Histogram.from_samples(more).counts)
    assert parts == Histogram.from_samples([*some, *more])


def test_ranks_that_there_are_not_have_infinite_ends() -> None:
    histogram = Histogram.from_samples([0.1, 0.2, 0.3])

    assert histogram.at_rank(0) == (-math.inf, -math.inf)
    assert histogram.at_rank(2)[0] <= 0.2 < histogram.at_rank(2)[1]
    assert histogram.at_rank(4) == (math.inf, math.inf)


def test_nothing_has_no_quantile_and_one_sample_no_deviation() -> None:
    assert math.isnan(Histogram.of().quantile(0.5))
    assert all(map(math.isnan, Histogram.of().moments()))
    assert math.isnan(Histogram.from_samples([0.1]).moments()[1])


def test_mean_and_deviation_are_those_of_the_samples() -> None:
    mean, deviation = Histogram.from_samples([0.1, 0.2, 0.3]).moments()

    assert mean == pytest.approx(0.2, rel=1e-3)
    assert deviation == pytest.approx(0.1, rel=1e-2)
