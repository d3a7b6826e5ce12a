"""What the team has on paper beyond its sheets: error tracking, collections, defects, the dates of the weeks."""

import re
from datetime import date

from gonogo.outcome import Missed
from systems.mes import programme
from systems.mes.programme import Phase
from systems.mes_sql.build import Build
from systems.papers import Paper, Papers

COLLECTIONS = frozenset(
    {
        "mes-production-plans",
        "mes-worker-assignments",
        "mes-workers",
        "mes-stations",
        "mes-operations",
        "mes-substations",
    }
)
"""The collections of the former store."""


def error_tracking(paper: Paper) -> str:
    """Return what is wrong with the configuration of error tracking; empty when it is set up and was tried."""
    document = paper.document
    if not isinstance(document, dict) or document.get("enabled") is not True or not document.get("service"):
        return "not switched on, or without a service"
    if "burkol-api-green" not in document.get("reports", []):
        return "does not report errors of green"
    test = document.get("test_error")
    if not isinstance(test, dict) or test.get("received") is not True:
        return "never received a test error"
    return ""


def is_regression(row: dict[str, str]) -> bool:
    """Return whether a defect is something that worked before, and was found in production."""
    return row.get("regression", "").casefold() != "no" and row.get("found_in", "").casefold() == "production"


def kept_until(paper: Paper) -> date:
    """Return the day of the last entry of a list, by its column date.

    Raises:
        Missed: If it has no entry with a date.
    """
    try:
        return max(date.fromisoformat(row["date"]) for row in paper.rows)
    except (KeyError, ValueError) as error:
        raise Missed(f"{paper.file}: no entry with a date ({error}); an empty list was never kept") from None


def phase_dates(build: Build) -> list[Phase]:
    """Return the weeks of the roadmap as the team has dated them, at least one; raises as `programme.phases`."""
    paper = Papers(build.green.folder("documents")).read("phase dates")
    found = programme.phases(paper)
    if not found:
        raise Missed(f"{paper.file} holds no phase; enter the weeks with their dates")
    return found


def has_form(text: str, pattern: str) -> bool:
    """Return whether the whole text has the form of the pattern."""
    return re.fullmatch(pattern, text) is not None
