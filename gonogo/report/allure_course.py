"""The course of one run of an item as Allure shows it: steps within steps, with what was attached to each."""

from __future__ import annotations

import csv
import io
from time import time
from typing import Any

from gonogo.bdd.item import ScenarioItem
from gonogo.bdd.progress import Progress, StepRun
from gonogo.report.allure import AllureWriter, Attachment, Json, milliseconds

BEFORE, AFTER = -1, -2
"""Where what happens before the first step and after the last one is kept."""


class Course:
    """Collects what `allure.step` and `allure.attach` report while an item runs, each in the step it belongs to."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._began = milliseconds(time())
        self._places: dict[int, Json] = {}
        self._open: dict[str, Json] = {}
        self.changes: Json = {}
        self.labels: list[Json] = []
        self.links: list[Json] = []
        self.parameters: dict[str, Json] = {}

    def start_step(self, key: str, title: str, parameters: dict[str, Any]) -> None:
        """Begin a step within whatever is running."""
        step = _node(title)
        step["parameters"] = [{"name": name, "value": value} for name, value in parameters.items()]
        self._current()["steps"].append(step)
        self._open[key] = step

    def stop_step(self, key: str, status: str, message: str | None) -> None:
        """End a step; an unknown one is left alone."""
        step = self._open.pop(key, None)
        if step is not None:
            step.update(status=status, stop=milliseconds(time()))
            if message:
                step["statusDetails"] = {"message": message}

    def attach(self, attachment: Json) -> None:
        """Add an attachment to the innermost open step."""
        self._current()["attachments"].append(attachment)

    def attach_to_all(self, attachment: Json) -> None:
        """Add an attachment to the item as a whole."""
        self._place(AFTER)["attachments"].append(attachment)

    def _current(self) -> Json:
        if self._open:
            return next(reversed(self._open.values()))
        if self._progress is None or self._progress.position < 0:
            return self._place(BEFORE)
        return self._place(self._progress.position if self._progress.running else AFTER)

    def _place(self, position: int) -> Json:
        return self._places.setdefault(position, _node(""))

    def steps(self, item: object, writer: AllureWriter) -> tuple[list[Json], list[Json]]:
        """Return the steps and the attachments of the item as a whole."""
        before, after = self._places.get(BEFORE, _node("")), self._places.get(AFTER, _node(""))
        steps = list(before["steps"])
        if isinstance(item, ScenarioItem):
            clock = self._began
            for position, run in enumerate(item.progress.steps):
                steps.append(_gherkin_step(run, self._places.get(position), clock, writer))
                clock = steps[-1]["stop"]
        return steps + after["steps"], before["attachments"] + after["attachments"]


def _gherkin_step(run: StepRun, collected: Json | None, clock: int, writer: AllureWriter) -> Json:
    """Return a step of a scenario, not before `clock`, when the last one ended; one not reached is skipped then."""
    start = clock if run.started is None else max(clock, milliseconds(run.started))
    step: Json = {
        "name": f"{run.step.keyword} {run.step.name}",
        "status": run.status,
        "stage": "finished",
        "start": start,
        "stop": start + milliseconds(run.duration_s),
    }
    attachments = _arguments(run, writer)
    if collected is not None:
        attachments += collected["attachments"]
        step["steps"] = collected["steps"]
    if attachments:
        step["attachments"] = attachments
    return step


def _arguments(run: StepRun, writer: AllureWriter) -> list[Json]:
    """Return docstring and table of a step as attachments."""
    attachments = []
    if run.step.docstring is not None:
        attachments.append(writer.store(Attachment("doc string", run.step.docstring)))
    if run.step.datatable is not None:
        table = io.StringIO()
        csv.writer(table, lineterminator="\n").writerows(run.step.datatable.raw())
        attachments.append(writer.store(Attachment("data table", table.getvalue(), "text/csv", "csv")))
    return attachments


def _node(name: str) -> Json:
    now = milliseconds(time())
    return {
        "name": name, "status": "broken", "stage": "finished", "start": now, "stop": now,
        "steps": [], "attachments": [], "parameters": [],
    }  # fmt: skip
