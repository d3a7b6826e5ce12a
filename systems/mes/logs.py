"""The backend's log, line by line: when, how grave, what; and the starts of the service in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gonogo.outcome import Inconclusive
from gonogo.probes.log import LogLine

_LINE = re.compile(r"^\S+ ([A-Z]+) (.*)$")
_START = re.compile(r"^(\S+) (\S+) started\b")
_FLAG = re.compile(r"\b(FEATURE_[A-Z_]+)=(\S*)")
GRAVE = ("ERROR", "FATAL")


@dataclass(frozen=True)
class Entry:
    """One line: its time (None where it has none with a zone), its level ("" where it has none), its message."""

    at: datetime | None
    level: str
    message: str


@dataclass(frozen=True)
class Start:
    """A start of the service: when, which release, and the flags it went by, as they stand in the line."""

    at: datetime | None
    release: str
    flags: dict[str, str]


def entries(lines: Sequence[LogLine]) -> list[Entry]:
    """Return the lines of the log, read; a line without a level continues the one before and is as grave."""
    found: list[Entry] = []
    for line in lines:
        match = _LINE.match(line.text)
        if match:
            found.append(Entry(line.at, match[1], match[2]))
        else:
            found.append(Entry(line.at, found[-1].level if found else "", line.text))
    return found


def starts(log: Sequence[Entry]) -> list[Start]:
    """Return the starts of the service, oldest first."""
    found = ((entry, _START.match(entry.message)) for entry in log)
    return [Start(entry.at, match[2], dict(_FLAG.findall(entry.message))) for entry, match in found if match]


def since_last_start(log: Sequence[Entry]) -> list[Entry]:
    """Return the lines from the last start on.

    Raises:
        Inconclusive: If the log has no start: what is missing from it then proves nothing about one.
    """
    places = [place for place, entry in enumerate(log) if _START.match(entry.message)]
    if not places:
        raise Inconclusive("the backend log holds no start of the service; keep its log at least since the deployment")
    return list(log[places[-1] :])


def since_first_start(log: Sequence[Entry], release: str) -> list[Entry]:
    """Return the lines from the first start of `release` on: what was logged since its deployment.

    Raises:
        Inconclusive: If the log has no start of that release.
    """
    found = ((place, _START.match(entry.message)) for place, entry in enumerate(log))
    places = [place for place, match in found if match and match[2] == release]
    if not places:
        raise Inconclusive(f"the backend log holds no start of release {release}; keep its log since the deployment")
    return list(log[places[0] :])


def grave(log: Sequence[Entry]) -> list[Entry]:
    """Return the errors among the lines."""
    return [entry for entry in log if entry.level in GRAVE]
