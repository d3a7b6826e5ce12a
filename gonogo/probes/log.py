"""Logs: what a target wrote since a mark, and nothing that was rotated away in between."""

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from datetime import datetime

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.measurement import Measurement
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.command import CommandProbe
from gonogo.settings import CommandSettings, LogSettings

_TIME = re.compile(r"^\W?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d))")
_FINGERPRINT_BYTES = 256
_EVIDENCE_LINES = 50


@dataclass(frozen=True, slots=True)
class LogMark:
    """A place in a log: `offset` bytes from its start, which file it was, and a hash of what stood before it."""

    offset: int
    identity: tuple[int, int]
    fingerprint: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line without its end; `at` is its time when it starts with one that has a zone or offset."""

    text: str
    at: datetime | None


class LogProbe:
    """Reads one named log: a file, or what a command prints (which must print the log from one fixed start)."""

    source = "log"

    def __init__(self, name: str, settings: LogSettings, guard: Guard, evidence: Evidence) -> None:
        self.name = name
        self._settings = settings
        self._guard = guard
        self._evidence = evidence

    def mark(self) -> LogMark:
        """Return the present end of the log.

        Raises:
            Unverified: If the log cannot be read.
        """
        with self._open() as source:
            return LogMark(source.size, source.identity, source.fingerprint(source.size))

    def lines(self, since: LogMark | None = None) -> list[LogLine]:
        """Return the lines written since the mark; all there are without one.

        Raises:
            Unverified: If the log cannot be read.
            Inconclusive: If it was rotated or truncated since the mark, holds more than `max_bytes` since then, or
                (without a mark) is empty: silence then proves nothing.
        """
        with self._open() as source:
            if not since and not source.size:
                raise Inconclusive(f"log {self.name!r}: empty, so that what is not in it proves nothing")
            text = self._since(source, since).decode("utf-8", "replace")
        return [LogLine(line, _time(line)) for line in text.splitlines()]

    def follow(self, since: LogMark) -> tuple[list[LogLine], LogMark]:
        """Return the whole lines written since the mark, and the mark of where they end; raises as `lines` does.

        A line that is still being written waits for the next call.
        """
        with self._open() as source:
            text = self._since(source, since)
            whole = text[: text.rfind(b"\n") + 1]
            end = since.offset + len(whole)
            mark = LogMark(end, source.identity, source.fingerprint(end))
        return [LogLine(line, _time(line)) for line in whole.decode("utf-8", "replace").splitlines()], mark

    def find(self, pattern: str, since: LogMark | None = None) -> list[LogLine]:
        """Return the lines in which the regular expression `pattern` is found; raises as `lines` does."""
        return self._search(pattern, since)[0]

    def count(self, pattern: str, since: LogMark | None = None) -> Measurement:
        """Return how many lines match, with the number of lines looked at as `samples`; raises as `lines` does."""
        found, looked_at = self._search(pattern, since)
        subject = f"lines with {pattern!r} in log {self.name!r}"
        return Measurement(subject, len(found), "count", samples=looked_at, source=self.source, query=pattern)

    def close(self) -> None:
        """Nothing to give back: the log is opened for each reading."""

    def _search(self, pattern: str, since: LogMark | None) -> tuple[list[LogLine], int]:
        expression = re.compile(pattern)
        lines = self.lines(since)
        found = [line for line in lines if expression.search(line.text)]
        shown = "\n".join(line.text[:1000] for line in found[:_EVIDENCE_LINES])
        head = f"{len(found)} of {len(lines)} lines match {pattern!r}"
        cut = "" if len(found) <= _EVIDENCE_LINES else f" (the first {_EVIDENCE_LINES} are shown)"
        self._evidence.add(f"log {self.name}", f"{head}{cut}\n\n{shown}\n")
        return found, len(lines)

    def _since(self, source: "_Source", since: LogMark | None) -> bytes:
        start = since.offset if since else 0
        if since and not source.holds(since):
            raise Inconclusive(f"log {self.name!r}: rotated or truncated since the mark; lines may be lost, run again")
        if source.size - start > self._settings.max_bytes:
            limit = f"{self._settings.max_bytes} B (max_bytes of the log)"
            raise Inconclusive(f"log {self.name!r}: {source.size - start} B to read, more than {limit}")
        return source.read(start, source.size - start)

    def _open(self) -> "_Source":
        if self._settings.path:
            return _file(self.name, self._settings.path)
        settings = CommandSettings(argv=self._settings.command)
        result = CommandProbe(f"log {self.name}", settings, self._guard, self._evidence).run()
        if result.exit_code != 0:
            raise Unverified(f"log {self.name!r}: {result}; it must print the log and exit with 0")
        return _Source(printed=result.stdout.encode())


class _Source:
    """The bytes of a log at one moment: an open file, or what was printed."""

    def __init__(self, descriptor: int | None = None, printed: bytes = b"") -> None:
        self._descriptor = descriptor
        self._printed = printed
        status = os.fstat(descriptor) if descriptor is not None else None
        self.size = status.st_size if status else len(printed)
        self.identity = (status.st_dev, status.st_ino) if status else (0, 0)

    def __enter__(self) -> "_Source":
        return self

    def __exit__(self, *exc: object) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)

    def read(self, start: int, size: int) -> bytes:
        if self._descriptor is None:
            return self._printed[start : start + size]
        parts = []
        while size > 0 and (part := os.pread(self._descriptor, size, start)):
            parts.append(part)
            start, size = start + len(part), size - len(part)
        return b"".join(parts)

    def fingerprint(self, offset: int) -> str:
        start = max(offset - _FINGERPRINT_BYTES, 0)
        return hashlib.sha256(self.read(start, offset - start)).hexdigest()

    def holds(self, mark: LogMark) -> bool:
        """Return whether this is still the log that was marked, grown at its end only."""
        same = self.identity == mark.identity and self.size >= mark.offset
        return same and self.fingerprint(mark.offset) == mark.fingerprint


def _file(name: str, path: str) -> _Source:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        raise Unverified(
            f"log {name!r}: {path} cannot be read: {error.strerror}; correct its path or permissions"
        ) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unverified(f"log {name!r}: {path} is no regular file")
    return _Source(descriptor)


def _time(line: str) -> datetime | None:
    match = _TIME.match(line)
    if match is None:
        return None
    try:
        return datetime.fromisoformat(match[1].replace(",", "."))
    except ValueError:
        return None
