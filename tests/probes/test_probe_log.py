"""Logs: what was written since a mark, and no conclusion from what was rotated away."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from probe_kit import Kept

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.log import LogProbe
from gonogo.settings import LogSettings


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "backend.log"
    file.write_text("2026-11-22T10:30:00.250Z INFO started\n2026-11-22T10:30:01Z WARN Partial reservation of M-1\n")
    return file


@pytest.fixture
def log(path: Path, guard: Guard, evidence: Evidence) -> LogProbe:
    return LogProbe("backend", LogSettings(path=str(path)), guard, evidence)


def append(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(text)


def test_lines_have_text_and_time(log: LogProbe) -> None:
    first, second = log.lines()

    assert first.text == "2026-11-22T10:30:00.250Z INFO started"
    assert first.at == datetime(2026, 11, 22, 10, 30, 0, 250_000, UTC)
    assert second.at == datetime(2026, 11, 22, 10, 30, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "line", ["no time", "2026-11-22T10:30:00 no zone", "2026-13-45T10:30:00Z no date", "at 2026-11-22T10:30:00Z late"]
)
def test_a_line_without_a_certain_time_has_none(log: LogProbe, path: Path, line: str) -> None:
    path.write_text(line + "\n")

    assert log.lines()[0].at is None


def test_after_a_mark_only_what_came_later_counts(log: LogProbe, path: Path, kept: Kept) -> None:
    mark = log.mark()
    append(path, "WARN Partial reservation of M-2\nINFO fine\n")

    assert [line.text for line in log.lines(mark)] == ["WARN Partial reservation of M-2", "INFO fine"]
    measured = log.count("Partial reservation", mark)
    assert (measured.value, measured.samples, measured.unit, measured.source) == (1, 2, "count", "log")
    assert log.count("Partial reservation").value == 2
    assert "2 of 4 lines match 'Partial reservation'" in kept.last()


def test_nothing_new_is_no_line(log: LogProbe) -> None:
    mark = log.mark()

    assert log.lines(mark) == []
    assert log.count("anything", mark).samples == 0


def test_a_last_line_without_an_end_counts(log: LogProbe, path: Path) -> None:
    append(path, "ERROR half a li")

    assert log.find("ERROR")[0].text == "ERROR half a li"


def rename(path: Path) -> None:
    path.rename(path.with_suffix(".1"))
    path.write_text("x" * 1000 + "\n")


def truncate(path: Path) -> None:
    os.truncate(path, 0)


def truncate_and_grow(path: Path) -> None:
    os.truncate(path, 0)
    append(path, "y" * 1000 + "\n")


@pytest.mark.parametrize("rotate", [rename, truncate, truncate_and_grow])
def test_a_log_that_was_rotated_since_the_mark_is_inconclusive(log: LogProbe, path: Path, rotate: object) -> None:
    mark = log.mark()
    rotate(path)  # type: ignore[operator]

    with pytest.raises(Inconclusive, match="log 'backend': rotated or truncated since the mark"):
        log.lines(mark)


def test_an_empty_log_proves_nothing(log: LogProbe, path: Path) -> None:
    path.write_text("")

    with pytest.raises(Inconclusive, match="empty, so that what is not in it proves nothing"):
        log.count("ERROR")


def test_more_than_the_limit_is_inconclusive(path: Path, guard: Guard, evidence: Evidence) -> None:
    log = LogProbe("backend", LogSettings(path=str(path), max_bytes=50), guard, evidence)

    with pytest.raises(Inconclusive, match=r"B to read, more than 50 B \(max_bytes of the log\)"):
        log.lines()
    mark = log.mark()
    append(path, "new\n")
    assert [line.text for line in log.lines(mark)] == ["new"]


@pytest.mark.parametrize("make", [None, Path.mkdir, os.mkfifo])
def test_what_is_no_file_is_unverified(log: LogProbe, path: Path, make: object) -> None:
    path.unlink()
    if make:
        make(path)  # type: ignore[operator]

    with pytest.raises(Unverified, match=r"log 'backend': .*backend\.log (cannot be read|is no regular file)"):
        log.mark()


def test_bytes_that_are_no_text_do_not_stop_the_search(log: LogProbe, path: Path) -> None:
    path.write_bytes(b"\xff\xfe ERROR one\nERROR two\n")

    assert log.count("ERROR").value == 2


def test_a_log_can_be_what_a_command_prints(path: Path, guard: Guard, evidence: Evidence) -> None:
    log = LogProbe("backend", LogSettings(command=("cat", str(path))), guard, evidence)
    mark = log.mark()
    append(path, "ERROR new\n")

    assert [line.text for line in log.lines(mark)] == ["ERROR new"]
    path.write_text(
        "another log altogether, longer than what was there before, by far, so that only a look can tell\n" * 2
    )
    with pytest.raises(Inconclusive, match="rotated"):
        log.lines(mark)


def test_a_command_that_fails_is_unverified(guard: Guard, evidence: Evidence) -> None:
    log = LogProbe("backend", LogSettings(command=("cat", "/no/such/log")), guard, evidence)

    with pytest.raises(Unverified, match=r"log 'backend': .*exit code 1"):
        log.lines()
