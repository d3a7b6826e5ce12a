"""The budget of an environment: how much load, and when."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from gonogo.budget import Demand, excess
from gonogo.settings import BudgetSettings

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def budget(window: str = "00:00-24:00 UTC") -> BudgetSettings:
    return BudgetSettings(
        max_rate_per_s=200, max_users=100, max_duration_s=600, abort_error_ratio=0.05, abort_p99_s=2.0, window=window
    )


@pytest.mark.parametrize("demand", [Demand(1, 1, 1), Demand(100, 200, 600)])
def test_what_lies_within_is_allowed_up_to_the_last(demand: Demand) -> None:
    assert excess(budget(), demand, NOON) is None


@pytest.mark.parametrize(
    ("demand", "line"),
    [
        (Demand(101, 1, 1), "budget.max_users = 100"),
        (Demand(1, 200.5, 1), "budget.max_rate_per_s = 200"),
        (Demand(1, 1, 601), "budget.max_duration_s = 600"),
    ],
)
def test_what_goes_beyond_is_named_with_what_to_do(demand: Demand, line: str) -> None:
    assert excess(budget(), demand, NOON) == (line, "ask for less, or have the budget raised")


@pytest.mark.parametrize(
    ("window", "at", "duration_s", "allowed"),
    [
        ("22:00-06:00 UTC", "21:59", 60, False),
        ("22:00-06:00 UTC", "22:00", 60, True),
        ("22:00-06:00 UTC", "23:30", 600, True),
        ("22:00-06:00 UTC", "05:50", 600, True),
        ("22:00-06:00 UTC", "05:51", 600, False),
        ("22:00-06:00 UTC", "06:00", 60, False),
        ("09:00-17:00 UTC", "12:00", 60, True),
        ("09:00-17:00 UTC", "08:00", 60, False),
        ("00:00-24:00 UTC", "23:59", 600, True),
        ("00:00-00:00 UTC", "23:59", 600, True),
    ],
)
def test_load_begins_and_ends_within_its_window(window: str, at: str, duration_s: float, allowed: bool) -> None:
    hours, minutes = map(int, at.split(":"))
    found = excess(budget(window), Demand(1, 1, duration_s), NOON.replace(hour=hours, minute=minutes))

    assert (found is None) is allowed
    if found:
        assert found[0] == f'budget.window = "{window}"'


def test_the_window_is_in_utc_wherever_the_clock_is() -> None:
    tokyo = datetime(2026, 11, 26, 7, 30, tzinfo=timezone(timedelta(hours=9)))  # 22:30 UTC

    assert excess(budget("22:00-06:00 UTC"), Demand(1, 1, 60), tokyo) is None
