"""A service's log file: one line a message, `<ISO time> <LEVEL> <message>`."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

Level = Literal["INFO", "WARN", "ERROR"]


def timestamp(at: datetime | None = None) -> str:
    """Return an instant (default: now) as products write it, such as 2025-11-14T10:30:00.000Z."""
    moment = (at or datetime.now(UTC)).astimezone(UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class ServiceLog:
    """Appends to the log; `wanted` may keep a message out (a fault does)."""

    def __init__(self, path: Path, wanted: Callable[[str], bool] = lambda _: True) -> None:
        self._path = path
        self._wanted = wanted

    def write(self, level: Level, message: str) -> None:
        if self._wanted(message):
            with self._path.open("a", encoding="utf-8") as file:
                file.write(f"{timestamp()} {level} {message}\n")

    def info(self, message: str) -> None:
        self.write("INFO", message)

    def warn(self, message: str) -> None:
        self.write("WARN", message)

    def error(self, message: str) -> None:
        self.write("ERROR", message)
