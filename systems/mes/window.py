"""The papers of the night of the rollout and the week after: the window, the steps, the updates, the daily entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from gonogo.outcome import Missed
from systems.mes.migration import Report
from systems.papers import Paper, Papers


@dataclass(frozen=True)
class Window:
    """The maintenance window: when it begins and ends, when it was announced, when the incident team was briefed.

    Attributes:
        restore_owner: The role that answers for a restore; "" where nobody is named.
    """

    start: datetime
    end: datetime
    announced: datetime
    briefed: datetime
    restore_owner: str

    @property
    def length(self) -> timedelta:
        return self.end - self.start


def window(papers: Papers) -> Window:
    """Return the maintenance window as it was booked.

    Raises:
        Missed: If it was not written down, or a moment is missing in it.
    """
    paper = papers.read("maintenance window")
    moments = {name: _moment(paper, name) for name in ("start", "end", "announced", "team_briefed")}
    owner = str(paper.document.get("restore_owner") or "").strip()
    return Window(moments["start"], moments["end"], moments["announced"], moments["team_briefed"], owner)


def _moment(paper: Paper, name: str) -> datetime:
    try:
        return datetime.fromisoformat(str(paper.document.get(name)))
    except ValueError:
        raise Missed(f"{paper.file}: {name!r} is {paper.document.get(name)!r}, required a moment; enter it") from None


def run_times(report: Paper) -> tuple[datetime, datetime]:
    """Return when the migration began and ended, as its report says (UTC; past midnight counts as the next day).

    Raises:
        Missed: If the report gives no date or time.
    """
    values = {key: Report(report.text).value(key) for key in ("Date", "Start Time", "End Time")}
    try:
        began, ended = (
            datetime.strptime(f"{values['Date']} {values[key]} +0000", "%Y-%m-%d %I:%M %p %z")
            for key in ("Start Time", "End Time")
        )
    except ValueError:
        raise Missed(f"{report.file}: {values} does not say when the migration ran; complete the report") from None
    return began, ended if ended >= began else ended + timedelta(days=1)


def moments(rows: Sequence[dict[str, str]], column: str) -> list[datetime]:
    """Return the moments of a column, as they stand."""
    return [datetime.fromisoformat(row[column]) for row in rows]


def longest_pause(updates: Paper, about: str) -> timedelta:
    """Return the longest time between two status updates about something.

    Raises:
        Missed: If there were fewer than two: then nobody was kept informed.
    """
    sent = moments([row for row in updates.rows if row.get("about") == about], "sent")
    if len(sent) < 2:
        raise Missed(f"{updates.file} has {len(sent)} updates about the {about}, required at least two; send them")
    return max(later - earlier for earlier, later in pairwise(sent))


def filled_days(diary: Paper, time: str, column: str) -> int:
    """Return over how many days in a row, from the first, the entry of that time has something in the column."""
    days = [row["date"] for row in diary.rows if row.get("time") == time and row.get(column, "").strip()]
    dates = [datetime.fromisoformat(day).date() for day in days]
    return next(
        (n for n, (one, next_) in enumerate(pairwise(dates), 1) if next_ - one != timedelta(days=1)), len(dates)
    )
