"""The outcome of one run of an item, from what its three phases (setup, call, teardown) report."""

from __future__ import annotations

import pytest

from gonogo.bdd.failure import describe
from gonogo.bdd.progress import Progress, Status
from gonogo.bdd.text import clean

_WEIGHT = {None: 0, "passed": 1, "skipped": 2, "failed": 3, "broken": 3}


class Outcome:
    """What the phases of one run (setup, call, teardown) have said so far."""

    def __init__(self) -> None:
        self.status: Status | None = None
        self.error: dict[str, str | None] | None = None
        self.started: float | None = None
        self.duration_s = 0.0

    def note(self, item: pytest.Item, report: pytest.TestReport, call: pytest.CallInfo[None]) -> None:
        """Take one phase into account; the worst decides, and of two failures the first."""
        self.started = call.start if self.started is None else self.started
        self.duration_s += call.duration
        status = _status(report, call)
        says_something = report.when == "call" or status != "passed"
        if says_something and _WEIGHT[status] > _WEIGHT[self.status]:
            self.status = status
            self.error = None if status == "passed" else _error(item, report, call)

    def break_with(self, kind: str, message: str) -> None:
        """Make the scenario broken for a reason of our own."""
        self.status, self.error = "broken", {"type": kind, "message": message, "step": None}


def _status(report: pytest.TestReport, call: pytest.CallInfo[None]) -> Status:
    if hasattr(report, "wasxfail") or report.skipped:
        return "skipped"
    if report.passed:
        return "passed"
    failed = report.when == "call" and call.excinfo is not None and isinstance(call.excinfo.value, AssertionError)
    return "failed" if failed else "broken"


def _error(item: pytest.Item, report: pytest.TestReport, call: pytest.CallInfo[None]) -> dict[str, str | None]:
    progress: Progress | None = getattr(item, "progress", None)
    failing = progress.failing if progress is not None and report.when == "call" else None
    step = f"{failing.step.keyword} {failing.step.name}" if failing else None
    if call.excinfo is not None:
        kind, message = describe(call.excinfo.value)
    else:
        kind, message = "Unexpected", clean(str(report.longrepr or getattr(report, "wasxfail", "")))
    return {"type": kind, "message": message, "step": step}
