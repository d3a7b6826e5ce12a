"""Strata of time, the distribution's sketch, and arms that are one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gonogo.judge.sketch import Sketch
from gonogo.judge.strata import NOTHING, Batch, Strata
from gonogo.judge.wiring import Wiring


def requests(*at_s: float) -> Batch:
    return Batch.of(at_s, [0.1 * (number + 1) for number in range(len(at_s))])


def closed(strata: Strata, until_s: float) -> list[list[float]]:
    return [stratum["a"].at_s.tolist() for stratum in strata.close(until_s)]


def test_a_stratum_is_closed_when_it_is_over_and_holds_its_requests_in_order():
    strata = Strata(10.0, ["a"])
    strata.add("a", requests(12.0, 10.0, 3.0, 9.999, 25.0))
    assert closed(strata, 9.9) == []
    assert closed(strata, 10.0) == [[3.0, 9.999]]
    assert closed(strata, 30.0) == [[10.0, 12.0], [25.0]]


def test_strata_without_requests_are_closed_too():
    assert closed(Strata(10.0, ["a"]), 35.0) == [[], [], []]


def test_the_stratum_that_has_begun_is_the_rest():
    strata = Strata(10.0, ["a"])
    strata.add("a", requests(3.0, 11.0, 14.0, 999.0))
    assert closed(strata, 12.0) == [[3.0]]
    assert [stratum["a"].at_s.tolist() for stratum in strata.rest(12.0)] == [[11.0]]
    assert list(strata.rest(12.0)) == []


def test_late_and_unusable_requests_are_counted_and_left_out():
    strata = Strata(10.0, ["a", "b"])
    assert len(closed(strata, 20.0)) == 2
    strata.add("a", Batch.of([19.0, 20.0, np.nan, -1.0, 21.0], [0.1, 0.2, 0.1, 0.1, np.inf]))
    assert (strata.late, strata.unusable) == ({"a": 1, "b": 0}, 3)
    assert closed(strata, 30.0) == [[20.0]]


@settings(max_examples=100)
@given(st.floats(0.001, 100), st.lists(st.floats(0, 1000), max_size=20))
def test_every_request_is_in_exactly_one_stratum(width, times):
    strata = Strata(width, ["a"])
    strata.add("a", requests(*times))
    number, seen = 0, 0
    while seen < len(times) and number < 2000:
        until = (number + 1) * width
        for stratum in strata.close(until):
            seen += len(stratum["a"])
            assert all(number * width <= at < until for at in stratum["a"].at_s)
        number += 1
    assert strata.late == {"a": 0}


@settings(max_examples=50)
@given(st.lists(st.floats(1e-6, 1e4), min_size=1, max_size=200), st.sampled_from([0.5, 0.95, 1.0]))
def test_a_sketch_knows_quantiles_to_within_1_percent(values, q):
    sketch, rest = Sketch(), Sketch()
    sketch.add(np.array(values[::2]))
    sketch.add(np.array(values[1::2]))
    exact = sorted(values)[int(np.ceil(q * len(values))) - 1]
    assert sketch.quantile(q) == pytest.approx(exact, rel=0.0101)
    assert sum(count for _, count in sketch.points()) == sketch.total == len(values)
    rest.restore(sketch.state())
    assert rest.quantile(q) == sketch.quantile(q)


def test_a_sketch_of_nothing_and_of_zeros():
    assert Sketch().quantile(0.5) is None
    sketch = Sketch()
    sketch.add(np.zeros(3))
    assert sketch.quantile(0.5) == pytest.approx(1e-9, rel=0.02)
    assert not sketch.varied


FINE = Batch.of(np.linspace(0, 9, 50), np.linspace(0.1, 0.3, 50) ** 2)
OTHER = Batch.of(np.linspace(0.05, 9.5, 60), np.linspace(0.11, 0.31, 60) ** 2)
BOTH = Batch.of(np.append(FINE.at_s, OTHER.at_s), np.append(FINE.latency_s, OTHER.latency_s))
COARSE = Batch.of(np.repeat([1.0, 2.0], 25), np.tile([0.1, 0.2, 0.2, 0.3, 0.1], 10))
WIDER = Batch.of(np.repeat([1.0, 2.0], 100), np.tile([0.1, 0.2, 0.3, 0.3, 0.1], 40))


@pytest.mark.parametrize(
    ("candidate", "baseline", "one"),
    [
        (FINE, OTHER, False),
        (FINE, FINE, True),
        (FINE, Batch.of(FINE.at_s + 3, FINE.latency_s[::-1]), True),
        (FINE, BOTH, True),
        (COARSE, WIDER, False),  # contained by chance: too coarse to tell
    ],
)
def test_two_arms_that_hold_the_same_requests_are_one(candidate, baseline, one):
    wiring = Wiring()
    wiring.add(candidate, baseline)
    assert wiring.one_source is one


def test_nothing_is_not_yet_one_source():
    assert not Wiring().one_source
    assert len(NOTHING) == 0
