"""The weekly monitoring report: its table of figures, its sums, its outlook."""

import re
from dataclasses import dataclass

from gonogo.outcome import Missed
from systems.papers import Paper

COLUMNS = ("This Week", "Last Week", "Target", "Status")
MARKS = ("✅", "⚠️", "🔴")
_OF = re.compile(r"^(\d+) of (\d+)\b")
_NUMBER = re.compile(r"^(\d+)\b")


@dataclass(frozen=True)
class Count:
    """How many events there were, of how many; `total` is None where the report gives none."""

    events: int
    total: int | None


def row(report: Paper, figure: str) -> dict[str, str]:
    """Return the row of the table on a figure.

    Raises:
        Missed: If there is none.
    """
    found = next((row for row in report.rows if row.get("Metric") == figure), None)
    if found is None:
        raise Missed(f"{report.file} has no row on {figure!r}; add it, with this week's figure")
    return found


def this_week(report: Paper, figure: str) -> Count:
    """Return this week's figure of a row.

    Raises:
        Missed: If it holds no number.
    """
    text = row(report, figure).get("This Week", "")
    share, number = _OF.match(text), _NUMBER.match(text)
    if share:
        return Count(int(share[1]), int(share[2]))
    if number is None:
        raise Missed(f"{report.file}: {figure!r} says {text!r} for this week, required a number; enter it")
    return Count(int(number[1]), None)


def poor_rows(report: Paper) -> list[str]:
    """Return the figures whose row lacks a week, a target or one of the three marks."""
    good = [
        row["Metric"] for row in report.rows if all(row.get(column) for column in COLUMNS) and row["Status"] in MARKS
    ]
    return [row.get("Metric", "?") for row in report.rows if row.get("Metric") not in good]


def items_under(report: Paper, title: str) -> list[str]:
    """Return what stands under a heading, or a line that ends in a colon, up to the next one: lines with words."""
    lines = [line.strip() for line in report.text.splitlines()]
    places = [n for n, line in enumerate(lines) if line.lstrip("# ").rstrip(":") == title]
    if not places:
        return []
    rest = lines[places[0] + 1 :]
    end = next((n for n, line in enumerate(rest) if line.startswith("#") or line.endswith(":")), len(rest))
    return [line for line in rest[:end] if re.search(r"\w", line)]
