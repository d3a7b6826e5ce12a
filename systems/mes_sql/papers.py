"""The papers of the database build's team: hours that were kept, modules, deletions, ticked boxes, progress."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise

from gonogo.outcome import Missed
from systems.papers import Paper

_PROOF = re.compile(r"\(run [^,()]+, (\d{4}-\d\d-\d\d)\)")
_BOX = re.compile(r"^\s*- \[([ xX])\] (.+)$", re.MULTILINE)


def hours_in_a_row(paper: Paper) -> int:
    """Return for how many hours in a row a sheet has an entry each: the longest stretch, by its columns date and time.

    Raises:
        Missed: If a row has no date and time.
    """
    try:
        moments = sorted({datetime.fromisoformat(f"{row['date']}T{row['time']}") for row in paper.rows})
    except (KeyError, ValueError) as error:
        raise Missed(f"{paper.file}: a row has no date and time ({error}); enter them") from None
    longest = run = min(len(moments), 1)
    for earlier, later in pairwise(moments):
        run = run + 1 if later - earlier <= timedelta(hours=1) else 1
        longest = max(longest, run)
    return longest


def early_deletions(paper: Paper, notice: timedelta) -> list[str]:
    """Return the collections that are to be deleted sooner than `notice` after the last read, or without a date."""
    return [row.get("collection", "?") for row in paper.rows if not _late_enough(row, notice)]


def _late_enough(row: dict[str, str], notice: timedelta) -> bool:
    try:
        return date.fromisoformat(row["deletion"]) - date.fromisoformat(row["last_read"]) >= notice
    except (KeyError, ValueError):
        return False


def unproven(paper: Paper, heading: str, not_before: date) -> list[str]:
    """Return the ticked boxes under a heading and its subheadings that name no run, or one from before a day.

    Raises:
        Missed: If there is no such heading, or no box below it.
    """
    section = re.search(rf"^## {re.escape(heading)}\s*$(.*?)(?=^## |\Z)", paper.text, re.MULTILINE | re.DOTALL)
    boxes = _BOX.findall(section[1]) if section else []
    if not boxes:
        raise Missed(f"{paper.file} has no boxes under {heading!r}; the plan has them, so bring them back")
    return [text for mark, text in boxes if mark != " " and not _proven(text, not_before)]


def _proven(text: str, not_before: date) -> bool:
    proof = _PROOF.search(text)
    return proof is not None and date.fromisoformat(proof[1]) >= not_before


def total(paper: Paper, column: str) -> int:
    """Return the sum of a column.

    Raises:
        Missed: If a row has no whole number there.
    """
    try:
        return sum(int(row[column].replace(" ", "")) for row in paper.rows)
    except (KeyError, ValueError) as error:
        raise Missed(f"{paper.file}: a row has no whole number under {column!r} ({error}); count again") from None


def homeless(paper: Paper, column: str, files: Iterable[str]) -> list[str]:
    """Return the entries of a column that name no file of the checkout."""
    known = set(files)
    return [row.get(column, "") or "(empty)" for row in paper.rows if row.get(column, "") not in known]


def fraction(text: str) -> tuple[int, int]:
    """Return done and total of a text such as "88/100 documents".

    Raises:
        Missed: If it says no such thing.
    """
    found = re.fullmatch(r"(\d+)/(\d+) documents", text)
    if found is None:
        raise Missed(f"progress is given as {text!r}, required such as '88/100 documents'; count, and write it down")
    return int(found[1]), int(found[2])


def in_order(paper: Paper, words: Sequence[str]) -> bool:
    """Return whether the words stand in the paper in this order."""
    places = [paper.plain.find(" ".join(word.split()).casefold()) for word in words]
    return -1 not in places and places == sorted(places)
