"""The budget of an environment: how much load is asked for, and whether that is within what it bears. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gonogo.settings import BudgetSettings

_MINUTES_A_DAY = 1440


@dataclass(frozen=True, slots=True)
class Demand:
    """How much load is asked for: users, starts a second at the peak, and for how many seconds."""

    users: int
    rate_per_s: float
    duration_s: float

    def __str__(self) -> str:
        return f"{self.users} users, {self.rate_per_s:g} starts a second, {self.duration_s:g} s"


def excess(budget: BudgetSettings, demand: Demand, at: datetime) -> tuple[str, str] | None:
    """Return the line of the budget that a demand at the instant `at` goes beyond, with the remedy; None if none."""
    asked = {"max_rate_per_s": demand.rate_per_s, "max_users": demand.users, "max_duration_s": demand.duration_s}
    for key, wanted in asked.items():
        most = getattr(budget, key)
        if wanted > most:
            return f"budget.{key} = {most:g}", "ask for less, or have the budget raised"
    if not _within(budget.window, at, demand.duration_s):
        return f'budget.window = "{budget.window}"', "start it inside that window, so that it also ends there"
    return None


def _within(window: str, at: datetime, duration_s: float) -> bool:
    """Return whether a load that starts at `at` begins and ends within a window such as "22:00-06:00 UTC"."""
    opens, closes = (_minutes(end) for end in window.removesuffix(" UTC").split("-"))
    length = timedelta(minutes=(closes - opens) % _MINUTES_A_DAY or _MINUTES_A_DAY)
    utc = at.astimezone(UTC)
    opened = utc.replace(hour=opens // 60, minute=opens % 60, second=0, microsecond=0)
    opened -= timedelta(days=1) if opened > utc else timedelta()
    return length == timedelta(days=1) or utc + timedelta(seconds=duration_s) <= opened + length


def _minutes(time_of_day: str) -> int:
    hours, _, minutes = time_of_day.partition(":")
    return int(hours) * 60 + int(minutes)
