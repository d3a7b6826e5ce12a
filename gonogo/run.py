"""The run directory: created fresh for each run, HOLD before the first packet, an event log, and the verdict last.

runs/<run id>/
    request.json       what was asked: gate, environment, release, arguments, versions
    expected.json      the criteria required and the scenarios planned for each, fixed before the run
    events.jsonl       one line an event, numbered, flushed to disk as it happens
    evidence/          what probes saw, scrubbed
    allure-results/    junit.xml  decision.html   views of the verdict
    verdict.json       HOLD until the run is complete
reports                points at the latest complete run
"""

import json
import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gonogo.measurement import now

RUN_DIRECTORY_VARIABLE = "GONOGO_RUN_DIR"


class Run:
    """One execution, and its directory on disk."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._sequence: int | None = None

    @property
    def id(self) -> str:
        return self.directory.name

    @classmethod
    def create(cls, root: Path, environment: str) -> "Run":
        """Make a directory that no other run has, under `root`/runs."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        directory = root / "runs" / f"{stamp}-{environment}-{secrets.token_hex(4)}"
        directory.mkdir(parents=True)
        return cls(directory)

    def path(self, name: str) -> Path:
        return self.directory / name

    def write(self, name: str, content: Mapping[str, Any]) -> None:
        """Write a JSON file so that a reader sees the old one or the new one, whole, even after a power cut."""
        target = self.path(name)
        temporary = target.with_name(f".{target.name}.tmp")
        with temporary.open("w", encoding="utf-8", errors="backslashreplace") as handle:  # a lone surrogate: \udXXX
            json.dump(content, handle, indent=1, ensure_ascii=False)
            handle.write("\n")
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(target)

    def read(self, name: str) -> dict[str, Any]:
        """Return a JSON file of the run; an absent or torn one is empty."""
        try:
            content = json.loads(self.path(name).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def event(self, kind: str, **facts: Any) -> None:
        """Append one event and force it to disk."""
        if self._sequence is None:  # another process may have written before us, never while we do
            self._sequence = len(self._lines())
        self._sequence += 1
        line = json.dumps({"seq": self._sequence, "at": now(), "kind": kind, **facts})
        with self.path("events.jsonl").open("a", encoding="utf-8") as handle:
            handle.write(line + "\n")
            handle.flush()
            os.fsync(handle.fileno())

    def events(self) -> list[dict[str, Any]]:
        """Return the events in order.

        Raises:
            ValueError: If the log is torn or its numbers have a gap: then nothing can be concluded from it.
        """
        events = [json.loads(line) for line in self._lines()]
        if [event.get("seq") for event in events] != list(range(1, len(events) + 1)):
            raise ValueError("the event log has a gap")
        return events

    def _lines(self) -> list[str]:
        try:
            text = self.path("events.jsonl").read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        return text.removesuffix("\n").split("\n") if text else []

    def publish(self, root: Path) -> None:
        """Let `root`/reports point at this run."""
        link, fresh = root / "reports", root / f".reports-{self.id}"
        fresh.symlink_to(self.directory.relative_to(root) if self.directory.is_relative_to(root) else self.directory)
        fresh.replace(link)
