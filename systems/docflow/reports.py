"""The papers of the DocFlow team: phases, the log of the canary, mails, reports, ranks. Nothing here judges."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from gonogo.outcome import Missed
from systems.papers import Paper, Papers

_LINK = re.compile(r"\b((?:docs|monitoring|deploy)/[\w./-]+\w)")


@dataclass(frozen=True)
class Phase:
    """A phase of the rollout: from when to when, in UTC; one that goes on has no end."""

    name: str
    started: datetime
    ended: datetime | None


def phase(paper: Paper, name: str) -> Phase:
    """Return a phase of the phase log.

    Raises:
        Missed: If it does not stand in it once, or has no begin.
    """
    rows = [row for row in paper.rows if row.get("phase") == name]
    if len(rows) != 1:
        raise Missed(f"{paper.title}: {len(rows)} rows on {name!r}, required one; write down when it was")
    started = moment(rows[0].get("started", ""), paper)
    return Phase(name, started, moment(rows[0]["ended"], paper) if rows[0].get("ended") else None)


def length_s(paper: Paper, name: str) -> float:
    """Return how long a phase took, in seconds; Missed if it has not ended."""
    return (_end(paper, name) - phase(paper, name).started).total_seconds()


def between_s(paper: Paper, first: str, second: str) -> float:
    """Return the seconds from the end of one phase to the begin of another; negative if that began too early."""
    return (phase(paper, second).started - _end(paper, first)).total_seconds()


def moment(text: str, paper: Paper) -> datetime:
    """Return an instant of a paper, in UTC; Missed if the text is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Missed(f"{paper.title}: {text!r} is no instant; write it such as 2025-11-10T15:30:00Z") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def full_rollout(papers: Papers) -> datetime:
    """Return when the full rollout began, of the phase log."""
    return phase(papers.read("phase log"), "full").started


def not_green(paper: Paper) -> list[str]:
    """Return the entries of the canary's log that are not green."""
    return [f"{row.get('at')} {row.get('check')}" for row in paper.rows if row.get("outcome") != "green"]


def unwatched(paper: Paper, canary: Phase, pause: timedelta) -> list[str]:
    """Return the checks of the canary's log that were left alone for longer than `pause` while the canary lasted."""
    checks: dict[str, list[datetime]] = {}
    for row in paper.rows:
        checks.setdefault(row.get("check", ""), []).append(moment(row.get("at", ""), paper))
    ends = [canary.started, canary.ended or canary.started]
    return [name for name, moments in checks.items() if _gap([*moments, *ends]) > pause]


def early(paper: Paper, since: datetime) -> list[str]:
    """Return the entries of a register that are no later than `since`."""
    return [row.get("at", "") for row in paper.rows if moment(row.get("at", ""), paper) <= since]


def links(paper: Paper) -> list[str]:
    """Return the documents of the checkout that a mail names, each once."""
    return sorted(set(_LINK.findall(paper.mail.body)))


def figures(paper: Paper, name: str) -> tuple[float, float]:
    """Return what the performance report says of a figure, before and after.

    Raises:
        Missed: If it has no such row, or no numbers in it.
    """
    rows = [row for row in paper.rows if row.get("figure") == name]
    try:
        (row,) = rows
        return float(row["before"]), float(row["after"])
    except (KeyError, ValueError):
        raise Missed(
            f"{paper.title}: no row {name!r} with numbers before and after; enter them from the record"
        ) from None


def ratings(paper: Paper, feature: str) -> list[float]:
    """Return the ratings of a feature; Missed if one of them is not from 1 to 5."""
    found = [row.get("rating", "") for row in paper.rows if row.get("feature") == feature]
    if any(not re.fullmatch(r"[1-5](\.\d+)?", text) for text in found):
        raise Missed(f"{paper.title}: a rating of {feature} is not from 1 to 5; correct it from the answers")
    return [float(text) for text in found]


def rank_problems(paper: Paper) -> list[str]:
    """Return what is wrong with the order of the feature requests: their ranks, and by how many each is asked for."""
    try:
        ranks, asked = ([int(row[key]) for row in paper.rows] for key in ("rank", "asked_by"))
    except (KeyError, ValueError) as error:
        raise Missed(f"{paper.title}: a row has no rank, or no number of those who ask ({error}); count them") from None
    gaps = [] if ranks == list(range(1, len(ranks) + 1)) else [f"ranks {ranks}"]
    return gaps + [f"{less} before {more}" for less, more in pairwise(asked) if more > less]


def invalid(records: Sequence[Any], schema: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with the records by their JSON Schema, each with its number."""
    from jsonschema import Draft202012Validator  # heavy, and only needed where fixtures are checked

    checker = Draft202012Validator(schema)
    found = [(number, error) for number, one in enumerate(records, 1) for error in checker.iter_errors(one)]
    return [f"record {number}: {error.json_path}: {error.message[:80]}" for number, error in found]


def _end(paper: Paper, name: str) -> datetime:
    ended = phase(paper, name).ended
    if ended is None:
        raise Missed(f"{paper.title}: the phase {name!r} has no end; write down when it ended")
    return ended


def _gap(moments: Sequence[datetime]) -> timedelta:
    return max(later - earlier for earlier, later in pairwise(sorted(moments)))
