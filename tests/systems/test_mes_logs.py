"""The backend's log is read line by line; what is missing from it proves nothing about a start that is not in it."""

import pytest

from gonogo.outcome import Inconclusive
from gonogo.probes.log import LogLine
from systems.mes.logs import Entry, entries, grave, since_last_start, starts

LOG = """\
2026-11-02T06:00:00.000Z INFO burkol-backend 2.3.0 started (with-fallback) FEATURE_USE_CANONICAL_NODES=false
2026-11-02T06:30:00.000Z ERROR something broke
Traceback of it
2026-11-02T07:59:00.000Z INFO burkol-backend 2.3.0 started (with-fallback) FEATURE_USE_CANONICAL_NODES=true
2026-11-02T08:00:00.000Z WARN Partial reservation
"""


def log(text: str = LOG) -> list[Entry]:
    return entries([LogLine(line, None) for line in text.splitlines()])


def test_starts_carry_release_and_flags_oldest_first() -> None:
    found = [(start.release, start.flags["FEATURE_USE_CANONICAL_NODES"]) for start in starts(log())]
    assert found == [("2.3.0", "false"), ("2.3.0", "true")]


def test_a_line_without_a_level_is_as_grave_as_the_one_before() -> None:
    assert [entry.message for entry in grave(log())] == ["something broke", "Traceback of it"]


def test_only_what_came_since_the_last_start_counts() -> None:
    assert [entry.level for entry in since_last_start(log())] == ["INFO", "WARN"]


def test_a_log_without_a_start_is_inconclusive() -> None:
    with pytest.raises(Inconclusive, match="holds no start of the service"):
        since_last_start(log("2026-11-02T08:00:00.000Z INFO quiet\n"))
