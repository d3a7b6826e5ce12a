"""The record of a scenario: one JSON text that says everything a verdict and a report need to know of a run.

It travels on pytest's report of the teardown, as text, because only texts and plain values survive the way between
xdist processes: anything else would end a worker and lose its scenarios.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from gonogo.bdd.outcome import Outcome

if TYPE_CHECKING:
    from gonogo.bdd.item import ScenarioItem

SCENARIO_EXTRAS = pytest.StashKey[dict[str, Any]]()
"""Facts that steps and plugins leave in `item.stash` for the record's "extras"; must be serialisable as JSON."""

RECORD = pytest.StashKey[dict[str, Any]]()
"""The finished record, for consumers in the same process."""

_OUTCOME = pytest.StashKey[Outcome]()


def note(item: ScenarioItem, report: pytest.TestReport, call: pytest.CallInfo[None]) -> None:
    """Take a phase into account; after the teardown put the record on its report, as `report.gonogo_scenario`."""
    if report.when == "setup":
        item.stash[_OUTCOME] = Outcome()
    outcome = item.stash[_OUTCOME]
    outcome.note(item, report, call)
    if report.when == "teardown":
        if outcome.status is None:
            outcome.status = "skipped"
            outcome.error = {"type": "NotRun", "message": "the scenario was set up but not run", "step": None}
        report.gonogo_scenario = _serialise(item, outcome, report)  # type: ignore[attr-defined]


def _serialise(item: ScenarioItem, outcome: Outcome, report: pytest.TestReport) -> str:
    """Return the record as JSON; extras that JSON cannot hold break the scenario and are left out."""
    item.stash[RECORD] = record = _record(item, outcome, item.stash.get(SCENARIO_EXTRAS, {}))
    try:
        return json.dumps(record)
    except (TypeError, ValueError) as error:
        message = f"the extras of this scenario cannot be written as JSON ({error}); put plain values there"
        outcome.break_with("ExtrasError", message)
        report.outcome, report.longrepr = "failed", message
        item.stash[RECORD] = record = _record(item, outcome, {})
        return json.dumps(record)


def _record(item: ScenarioItem, outcome: Outcome, extras: dict[str, Any]) -> dict[str, Any]:
    case = item.case
    return {
        "nodeid": item.nodeid,
        "feature": case.scenario.feature.name,
        "feature_file": item.parent.shown_path,
        "line": case.line,
        "scenario": case.scenario.name,
        "rule": case.template.rule.name if case.template.rule else None,
        "row": dict(case.row.values),
        "tags": sorted(case.tags),
        "description": case.scenario.description.strip(),
        "status": outcome.status,
        "error": outcome.error,
        "started": datetime.fromtimestamp(outcome.started or 0, UTC).isoformat(timespec="milliseconds"),
        "duration_s": round(outcome.duration_s, 6),
        "steps": [
            {
                "keyword": run.step.keyword,
                "text": run.step.name,
                "status": run.status,
                "duration_s": round(run.duration_s, 6),
            }
            for run in item.progress.steps
        ],
        "worker": getattr(item.config, "workerinput", {}).get("workerid", "main"),
        "extras": extras,
    }
