"""The texts of the migration's and the cleanup's reports, line by line as the rollout plan prescribes them."""

from collections.abc import Sequence
from datetime import datetime

from hermetic.mes.domain.migration import Analysis, Survey
from hermetic.mes.migrator import Execution

ALL_DONE = "All plans already migrated"
NOTHING_LEFT = "No deprecated fields found"


def dry_run_report(survey: Survey) -> list[str]:
    """Return the dry-run report: counts, findings by kind, then a sample conversion for each plan."""
    title = "Migration Dry-Run Report"
    lines = [
        title,
        "=" * len(title),
        f"Total plans: {len(survey.analyses)}",
        f"Already migrated (have nodes[]): {len(survey.already)}",
        f"Will migrate (have executionGraph[]): {len(survey.pending)}",
        *([f"Without process steps: {len(survey.stepless)}"] if survey.stepless else []),
        f"Errors: {len(survey.faulty)}",
        "",
        *findings(survey.analyses),
        "",
    ]
    if survey.pending:
        return [*lines, "Sample conversions:", *map(sample, survey.pending)]
    return [*lines, ALL_DONE]


def findings(analyses: Sequence[Analysis]) -> list[str]:
    """Return a heading with the number of plans for each kind of problem, and under it what was found where."""
    groups: dict[str, list[tuple[str, list[str]]]] = {
        "Validation errors": [(one.plan_id, one.validation) for one in analyses],
        "Field mapping issues": [(one.plan_id, one.mapping) for one in analyses],
        "Plans lacking operationId": [
            (one.plan_id, [f"step {name}" for name in one.missing_operation]) for one in analyses
        ],
        "Circular dependencies": [(one.plan_id, one.circles) for one in analyses],
    }
    lines = []
    for heading, found in groups.items():
        hits = [(plan, issues) for plan, issues in found if issues]
        lines.append(f"{heading}: {len(hits)}")
        lines += [f"  {plan}: {'; '.join(issues)}" for plan, issues in hits]
    return lines


def sample(one: Analysis) -> str:
    if one.problems:
        return f"Plan {one.plan_id}: {one.steps} nodes → not convertible ✗"
    return f"Plan {one.plan_id}: {one.steps} nodes → {len(one.nodes)} canonical nodes ✓"


def single_plan_report(one: Analysis) -> list[str]:
    """Return the dry-run report of one plan."""
    if one.state == "migrated":
        return [f"Plan {one.plan_id}: Already migrated"]
    return [*findings([one]), sample(one)]


def stats_report(survey: Survey) -> list[str]:
    return [
        f"Migrated plans: {len(survey.already)}",
        f"Non-migrated plans: {len(survey.pending) + len(survey.stepless)}",
        f"Total plans: {len(survey.analyses)}",
    ]


def execution_report(execution: Execution, *, flag_on: bool, restarted: bool, smoke: str) -> list[str]:
    """Return the execution report.

    Args:
        execution: What the run did.
        flag_on: FEATURE_USE_CANONICAL_NODES of the serving process.
        restarted: Whether the backend was started again after the run.
        smoke: PASS or FAIL of the smoke tests since then, or NOT RUN.
    """
    title = "Migration Execution Report"
    minutes = (execution.ended - execution.started).total_seconds() / 60
    return [
        title,
        "=" * len(title),
        f"Date: {execution.started:%Y-%m-%d}",
        f"Start Time: {clock(execution.started)}",
        f"End Time: {clock(execution.ended)}",
        f"Duration: {minutes:.1f} minutes",
        "",
        f"Plans Processed: {execution.processed}",
        f"Successfully Migrated: {len(execution.migrated)}",
        f"Errors: {len(execution.errors)}",
        "",
        f"Validation Errors: {execution.validation_errors}",
        f"Data Issues Fixed: {execution.issues_fixed}",
        "",
        f"Feature Flag Enabled: {'Yes' if flag_on else 'No'}",
        f"Backend Restarted: {'Yes' if restarted else 'No'}",
        f"Smoke Tests: {smoke}",
        "",
        f"Status: {execution.status}",
    ]


def clock(at: datetime) -> str:
    """Return a time of day as the plan writes it: 02:00 AM."""
    return f"{at:%I:%M %p}"
