"""The text of a failure: how far the scenario came, what went wrong, and what its author advises."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gonogo.bdd.problems import display_path
from gonogo.bdd.text import clean

if TYPE_CHECKING:
    from gonogo.bdd.item import ScenarioItem
    from gonogo.bdd.progress import StepRun

_OUR_OWN = Path(__file__).parent
_MACHINERY = re.compile(r"[\\/](_pytest|pluggy|pytest_bdd|xdist)[\\/]")
_MARKS = {"passed": "passed", "failed": "FAILED", "broken": "BROKEN", "skipped": "skipped"}


def failure_text(item: ScenarioItem, excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    """Return what the terminal shows of a scenario that did not pass."""
    scenario = item.case.scenario
    parts = [
        f"Feature: {scenario.feature.name}\n"
        f"{scenario.keyword}: {scenario.name}  ({item.parent.shown_path}:{item.case.line})",
        "\n".join(_step_lines(item)),
        _exception_text(item, excinfo),
        scenario.description.strip(),
    ]
    return clean("\n\n".join(part for part in parts if part))


def first_line(error: BaseException) -> str:
    """Return type and message of an exception in one line, for summaries."""
    name, message = describe(error)
    return clean(f"{name}: {message}".split("\n", 1)[0])


def describe(error: BaseException) -> tuple[str, str]:
    """Return the name of an exception's type and its message, which is never empty."""
    name = "Skipped" if isinstance(error, pytest.skip.Exception) else type(error).__name__
    if isinstance(error, pytest.FixtureLookupError):
        return name, error.msg or f"fixture {error.argname!r} not found"
    return name, clean(str(error).strip()) or "no message"


def _step_lines(item: ScenarioItem) -> Iterator[str]:
    failing = item.progress.failing
    for run in item.progress.steps:
        place = f"  ({item.parent.shown_path}:{run.step.line_number})" if run is failing else ""
        yield f"  {_mark(run):<11}  {run.step.keyword} {run.step.name}{place}"


def _mark(run: StepRun) -> str:
    return _MARKS[run.status] if run.started is not None else "not reached"


def _exception_text(item: ScenarioItem, excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    if item.config.getoption("fulltrace", False):
        return "".join(traceback.format_exception(excinfo.value)).rstrip()
    lines = [": ".join(describe(excinfo.value))]
    cause = excinfo.value.__cause__
    while cause is not None:
        lines.append("caused by " + ": ".join(describe(cause)))
        cause = cause.__cause__
    return "\n".join([*lines, *_frames(item, excinfo)])


def _frames(item: ScenarioItem, excinfo: pytest.ExceptionInfo[BaseException]) -> Iterator[str]:
    """Yield where it happened, from the step's or fixture's own code on, without the machinery before and between."""
    entries = list(excinfo.traceback)
    ours = [index for index, entry in enumerate(entries) if Path(entry.path).parent == _OUR_OWN]
    for entry in entries[ours[-1] + 1 if ours else 0 :]:
        path = Path(entry.path)
        if not entry.ishidden(excinfo) and not _MACHINERY.search(str(path)):
            yield f"  {display_path(path, item.config.rootpath)}:{entry.lineno + 1} in {entry.name}"
            yield f"    {str(entry.statement).strip()}"
