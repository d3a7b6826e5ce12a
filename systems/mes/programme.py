"""The programme as its papers tell it: the phases and their dates, figures before and since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from gonogo.outcome import Missed
from systems.papers import Paper


@dataclass(frozen=True)
class Phase:
    """One phase: its name, its first and last day, and for how many weeks it was meant."""

    name: str
    start: date
    end: date
    weeks: int


def phases(paper: Paper) -> list[Phase]:
    """Return the phases in the order in which they are numbered.

    Raises:
        Missed: If a row has no dates or number of weeks.
    """
    try:
        rows = sorted(paper.rows, key=lambda row: int(row["phase"]))
        return [
            Phase(row["name"], date.fromisoformat(row["start"]), date.fromisoformat(row["end"]), int(row["weeks"]))
            for row in rows
        ]
    except (KeyError, ValueError) as error:
        raise Missed(f"{paper.file}: a phase has no number, dates or weeks ({error}); enter them") from None


def span(found: Sequence[Phase]) -> timedelta:
    """Return the time from the first day of all to the last, both counted."""
    return max(phase.end for phase in found) - min(phase.start for phase in found) + timedelta(days=1)


def overlaps(found: Sequence[Phase]) -> list[str]:
    """Return the phases that begin before the one in front of them has ended."""
    return [later.name for earlier, later in pairwise(found) if later.start <= earlier.end]


def before_and_since(paper: Paper, figure: str) -> tuple[float, float]:
    """Return a figure of a table with the columns figure, before and since.

    Raises:
        Missed: If there is no such row, or it holds no numbers.
    """
    row = next((row for row in paper.rows if row.get("figure", "").startswith(figure)), {})
    try:
        return float(row["before"]), float(row["since"])
    except (KeyError, ValueError):
        raise Missed(f"{paper.file} does not give {figure!r} before and since; measure it, and enter both") from None
