"""The dates of the rollout that a world plays, counted back from the day it was arranged.

The full migration ran in a window that began on a Sunday at 02:00 UTC, far enough back that the week of watching
after it is over.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

STABLE_WEEK = timedelta(days=7)
SINCE_THEN = timedelta(days=1)  # nothing of the past may fall into the alerts' windows


@dataclass(frozen=True)
class Calendar:
    """Instants of one rollout, all UTC."""

    window_start: datetime

    @property
    def window_end(self) -> datetime:
        return self.window_start + timedelta(hours=2)

    @property
    def migration_end(self) -> datetime:
        return self.window_start + timedelta(minutes=14)

    @property
    def backup_at(self) -> datetime:
        """The last export before the migration."""
        return self.window_start - timedelta(minutes=20)

    @property
    def week_end(self) -> datetime:
        return self.window_end + STABLE_WEEK

    @property
    def pilot_start(self) -> datetime:
        """Monday of the week whose Sunday has the window."""
        return self.window_start - timedelta(days=6) + timedelta(hours=6)

    @property
    def pilot_end(self) -> datetime:
        return self.window_start - timedelta(days=1)

    @property
    def pilot_backup_at(self) -> datetime:
        return self.pilot_start - timedelta(hours=5)

    @property
    def programme_start(self) -> datetime:
        """The Sunday that begins the first week: development, staging and pilot take a week each."""
        return self.window_start - timedelta(days=21, hours=2)

    def phase(self, number: int) -> tuple[datetime, datetime]:
        """Return the first and last day of a phase; durations 1, 1, 1, 2 and 1 weeks."""
        weeks = ((0, 1), (1, 2), (2, 3), (3, 5), (5, 6))[number - 1]
        start = self.programme_start + timedelta(weeks=weeks[0])
        return start, self.programme_start + timedelta(weeks=weeks[1]) - timedelta(days=1)


def calendar_for(now: datetime) -> Calendar:
    """Return the calendar of the latest rollout whose week of watching has been over for a day."""
    latest = now.astimezone(UTC) - SINCE_THEN - STABLE_WEEK - timedelta(hours=2)
    day = latest - timedelta(days=(latest.weekday() + 1) % 7)
    sunday = day.replace(hour=2, minute=0, second=0, microsecond=0)
    return Calendar(sunday if sunday <= latest else sunday - timedelta(days=7))
