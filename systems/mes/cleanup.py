"""The cleanup of deprecated fields: what its command prints, when it may begin, what becomes of the metadata."""

import re
from datetime import UTC, date, datetime, timedelta

from gonogo.outcome import Missed, Unverified
from systems.mes.api import Mes
from systems.papers import Paper, Papers

ARCHIVE_COMMIT = "chore: archive canonical model migration scripts"
_LISTED = re.compile(r"^Plan (\S+): executionGraph\b", re.MULTILINE)
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def listed(report: str) -> list[str]:
    """Return the plans that a report of the cleanup lists, sorted."""
    return sorted(_LISTED.findall(report))


def time_before_cleanup(papers: Papers) -> timedelta:
    """Return the time from the end of the migration's window to the day on which the cleanup begins.

    Raises:
        Missed: If the papers have no day for the cleanup, or no end of the window.
    """
    dates, booked = papers.read("phase dates"), papers.read("maintenance window")
    starts = [row.get("start", "") for row in dates.rows if row.get("name", "").casefold() == "cleanup"]
    try:
        begins = datetime.fromisoformat(starts[0]).replace(tzinfo=UTC)
        return begins - datetime.fromisoformat(str(booked.document["end"]))
    except (IndexError, KeyError, ValueError):
        raise Missed(f"{dates.file} and {booked.file}: no day of the cleanup, or no end of the window") from None


def removal_day(paper: Paper) -> date:
    """Return the day that the paper on the metadata names.

    Raises:
        Missed: If it names none.
    """
    found = _DAY.search(paper.text)
    if found is None:
        raise Missed(f"{paper.file} names no day such as 2026-05-11; what is dated by nobody is done by nobody")
    return date.fromisoformat(found[0])


def cleanup_day(mes: Mes) -> date:
    """Return the day of the commit that ended the cleanup.

    Raises:
        Unverified: If there is no such commit.
    """
    for commit in mes.target.folder("repository").commits():
        if commit.subject == ARCHIVE_COMMIT:
            return datetime.fromisoformat(commit.date).astimezone(UTC).date()
    raise Unverified(f"no commit {ARCHIVE_COMMIT!r}: there has been no cleanup that the half year could begin with")
