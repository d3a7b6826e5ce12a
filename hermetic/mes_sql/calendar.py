"""The dates of the six weeks that a world plays, counted back from the day it began: that is day 5 of week 6."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

RETENTION = timedelta(days=30)


@dataclass(frozen=True)
class Calendar:
    """Days of one rollout; `ends` is its last, day 5 of week 6."""

    ends: date

    def week_start(self, number: int) -> date:
        """Return the first day of a week, counted from 1."""
        return self.ends - timedelta(days=7 * (7 - number) - 1)

    def week_end(self, number: int) -> date:
        """Return the last day of a week, counted from 1."""
        return self.week_start(number) + timedelta(days=6)

    def day(self, number: int) -> date:
        """Return the day of the rollout of a number, 1 to 5."""
        return self.ends - timedelta(days=5 - number)

    def today(self, stage: int) -> date:
        """Return the day on which the team is at a stage."""
        return self.day(min(max(stage, 1), 5))

    def hour(self, day: int, number: int) -> str:
        """Return date and time of the entry of an hour of a day, counted from 0 at 08:00, as two columns."""
        return f"{datetime.combine(self.day(day), datetime.min.time()) + timedelta(hours=8 + number):%Y-%m-%d,%H:%M}"

    @property
    def deletion(self) -> date:
        """When the former store may be deleted: more than its retention after the last read."""
        return self.day(5) + RETENTION
