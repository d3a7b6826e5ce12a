"""Row by row: the same, missing, extra, different, nothing; and when two contents are equal."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gonogo.judge import by_key, same_rows
from gonogo.judge.rows import canonical
from gonogo.outcome import Inconclusive, Missed, Outcome

PLANS = {"PPL-1": "a", "PPL-2": "b", "PPL-3": "c"}


def test_equal_rows_are_met():
    judgement = same_rows("plans", PLANS, dict(reversed(PLANS.items())), source="sql", query="plans")

    assert judgement.outcome is Outcome.MET
    assert (judgement.measurement.value, judgement.measurement.samples) == (1.0, 3)
    assert judgement.reason == "plans: 100 % from 3 samples [sql: plans]: 3 of 3 rows are the same, required all"


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ({"PPL-1": "a", "PPL-2": "b"}, "2 of 3 rows are the same, required all; 1 missing: PPL-3"),
        (PLANS | {"PPL-9": "z"}, "3 of 4 rows are the same, required all; 1 extra: PPL-9"),
        (PLANS | {"PPL-2": "x"}, r"2 of 3 rows .*; 1 different: PPL-2 \(PPL-2: b became x\)"),
        ({}, "0 of 3 rows .*; 3 missing: PPL-1, PPL-2, PPL-3"),
        ({"A": "a"} | {f"B{n}": "b" for n in range(9)}, r"3 missing: PPL-1, PPL-2, PPL-3; 10 extra: A, B0, B1, \.\.\."),
    ],
)
def test_every_difference_is_a_miss_and_named(found, says):
    with pytest.raises(Missed, match=f"{says}.*; run the migration again"):
        same_rows("plans", PLANS, found, remedy="run the migration again").require()


@pytest.mark.parametrize("found", [{}, PLANS])
def test_nothing_expected_shows_nothing(found):
    with pytest.raises(Inconclusive, match=f"no rows are expected, and {len(found)} were found"):
        same_rows("plans", {}, found).require()


def test_a_million_equal_rows_but_one_are_not_100_percent():
    rows = {str(n): "x" for n in range(200_000)}
    judgement = same_rows("nodes", rows, rows | {"7": "y"})
    assert judgement.outcome is Outcome.MISSED
    assert "nodes: 99.9995 %" in judgement.reason


def test_rows_are_told_apart_by_their_key():
    old = [{"id": "PPL-1", "quantity": 40, "at": datetime(2026, 1, 1, tzinfo=UTC)}]
    new = [{"at": datetime(2026, 1, 1, tzinfo=UTC), "quantity": Decimal("40.00"), "id": "PPL-1"}]
    assert same_rows("plans", by_key("old", old, "id"), by_key("new", new, "id")).met


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{"id": 1}, {"id": 1}], "plans: the key id = 1 stands twice"),
        ([{"id": 1}, {"id": "1"}], "the key id = 1 stands twice"),
        ([{"id": None}], "the key id is NULL or absent"),
        ([{"name": "x"}], "the key id is NULL or absent"),
    ],
)
def test_a_key_that_tells_nothing_apart_is_inconclusive(rows, says):
    with pytest.raises(Inconclusive, match=says):
        by_key("plans", rows, "id")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (5, 5.0, True),
        (5, Decimal("5.00"), True),
        (0.1, Decimal("0.1"), True),
        (100, Decimal("1E+2"), True),
        (0, -0.0, True),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ((1, 2), [1, 2], True),
        (5, "5", False),
        ("", None, False),
        (True, 1, False),
        ([1, 2], [2, 1], False),
        ({"#": "5"}, 5, False),
        (float("nan"), None, False),
    ],
)
def test_equal_contents_have_the_same_text(one, other, same):
    assert (canonical(one) == canonical(other)) is same


@given(
    st.dictionaries(st.text(max_size=3), st.text(max_size=3)), st.dictionaries(st.text(max_size=3), st.text(max_size=3))
)
def test_only_equal_and_something_is_met(expected, found):
    assert same_rows("x", expected, found).met is (bool(expected) and expected == found)
