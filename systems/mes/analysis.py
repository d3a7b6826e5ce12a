"""Which plans the migration must find fault with, worked out from the stored plans without the script's own code."""

from collections.abc import Callable, Iterable
from itertools import takewhile
from typing import Any

from gonogo.outcome import Missed
from gonogo.target import Target
from systems.mes.migration import Report

Document = dict[str, Any]
Find = Callable[[list[Document]], bool]
_KNOWN = frozenset(
    (
        "id",
        "operationId",
        "name",
        "predecessors",
        "efficiency",
        "materialInputs",
        "time",
        "skills",
        "nominalTime",
        "requiredSkills",
    )
)


def _without_operation(steps: list[Document]) -> bool:
    return any(not step.get("operationId") for step in steps)


def _circular(steps: list[Document]) -> bool:
    """Return whether some steps wait for each other: whether anything is left when all that can be done is done."""
    waiting = {step.get("id"): set(step.get("predecessors") or ()) for step in steps}
    while free := [name for name, before in waiting.items() if not before & waiting.keys()]:
        for name in free:
            del waiting[name]
    return bool(waiting)


def _without_positive_time(steps: list[Document]) -> bool:
    times = [step.get("nominalTime", step.get("time")) for step in steps]
    return any(time is not None and not (isinstance(time, int | float) and time > 0) for time in times)


def _unmapped(steps: list[Document]) -> bool:
    """Return whether a step lacks its time or its skills under both names, or has a field that no node has."""
    lacking = any(
        not {"time", "nominalTime"} & step.keys() or not {"skills", "requiredSkills"} & step.keys() for step in steps
    )
    return lacking or any(step.keys() - _KNOWN for step in steps)


PROBLEMS: dict[str, Find] = {
    "Validation errors": _without_positive_time,
    "Field mapping issues": _unmapped,
    "Plans lacking operationId": _without_operation,
    "Circular dependencies": _circular,
}
"""What the report lists under each of its headings, and how a plan with that problem is told."""


def plans_with(target: Target, heading: str) -> list[str]:
    """Return the ids of the plans that still wait for the migration and have the problem of that heading, in order."""
    documents = [row["document"] for row in target.query("plan documents")]
    return sorted(_with(documents, PROBLEMS[heading]))


def _with(documents: Iterable[Document], find: Find) -> Iterable[str]:
    waiting = (plan for plan in documents if not plan.get("nodes") and plan.get("executionGraph"))
    return (str(plan["id"]) for plan in waiting if find(plan["executionGraph"]))


def listed(report: Report, heading: str) -> dict[str, str]:
    """Return plan id -> explanation as the report lists them under a heading.

    Raises:
        Missed: If the report has no such heading, or counts others than it lists.
    """
    start = next((place for place, line in enumerate(report.lines) if line.startswith(f"{heading}: ")), None)
    if start is None:
        raise Missed(f"the report has no line {heading!r}; the reviewer cannot tell whether there are any")
    lines = takewhile(lambda line: line.startswith("  "), report.lines[start + 1 :])
    found = dict(line.strip().split(": ", 1) for line in lines)
    if report.count(heading) != len(found):
        raise Missed(
            f"the report counts {report.value(heading)} under {heading!r} and lists {len(found)}; do not trust it"
        )
    return found
