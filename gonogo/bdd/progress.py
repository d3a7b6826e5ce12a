"""How far a scenario has come: the status and the time of each of its steps."""

from collections.abc import Sequence
from time import perf_counter, time
from typing import Literal

import pytest

from gonogo.bdd.internals import Step

Status = Literal["passed", "failed", "broken", "skipped"]


class StepRun:
    """One step of a run; skipped until it is reached. Times in s, `started` since the epoch."""

    __slots__ = ("duration_s", "started", "status", "step")

    def __init__(self, step: Step) -> None:
        self.step = step
        self.status: Status = "skipped"
        self.started: float | None = None
        self.duration_s = 0.0


class Progress:
    """The steps of one run of a scenario, and which of them is running or was the last to run."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = [StepRun(step) for step in steps]
        self.position = -1
        self.running = False
        self._begun = 0.0

    @property
    def current(self) -> StepRun | None:
        """The step that is running, or the last one that ran; None before the first."""
        return self.steps[self.position] if self.position >= 0 else None

    @property
    def failing(self) -> StepRun | None:
        """The step that did not pass; None if none has failed, or the failure is outside the steps."""
        current = self.current
        return current if current is not None and current.status != "passed" and not self.running else None

    @property
    def line(self) -> int:
        """Line of the step that did not pass, from 1; 0 if there is none."""
        return self.failing.step.line_number if self.failing else 0

    def begin(self) -> None:
        """Note that the next step starts."""
        self.position += 1
        self.running = True
        self.steps[self.position].started = time()
        self._begun = perf_counter()

    def end(self, error: BaseException | None = None) -> None:
        """Note that the step has ended, well or with `error`."""
        run = self.steps[self.position]
        run.duration_s = perf_counter() - self._begun
        run.status = status_of(error)
        self.running = False


def status_of(error: BaseException | None) -> Status:
    """Return the status that an exception gives: an assertion is a failure, anything unforeseen is broken."""
    if error is None:
        return "passed"
    if isinstance(error, AssertionError):
        return "failed"
    return "skipped" if isinstance(error, (pytest.skip.Exception, pytest.xfail.Exception)) else "broken"
