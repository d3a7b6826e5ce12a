"""Faults of the migration and cleanup commands: what they do to plans, and what their reports leave out."""

import re
import time
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from hermetic.mes.domain.migration import Analysis
from hermetic.mes.domain.nodes import Document
from hermetic.mes.domain.validation import Validator
from hermetic.mes.migrator import Execution, Migrator, Say
from hermetic.mes.store.tables import Connection

CRAWL_S = 4.0  # 500 plans at this pace take 33 minutes
REPORT_CHANGES: dict[str, tuple[str, str]] = {
    "migration-report-untitled": (r"^Migration Dry-Run Report\n=+\n", ""),
    "migration-report-without-totals": (r"^(Total plans|Will migrate).*\n", ""),
    "migration-report-counts-off": (r"^(Will migrate .*): (\d+)", r"\1: 1\2"),
    "migration-report-counts-errors": (r"^Errors: 0", "Errors: 1"),
    "migration-report-without-samples": (r"^Plan .*→.*\n?", ""),
    "migration-hides-validation-errors": (r"^Validation errors: .*\n(  .*\n)*", "Validation errors: 0\n"),
    "migration-hides-mapping-issues": (r"^Field mapping issues: .*\n(  .*\n)*", "Field mapping issues: 0\n"),
    "migration-hides-missing-operations": (
        r"^Plans lacking operationId: .*\n(  .*\n)*",
        "Plans lacking operationId: 0\n",
    ),
    "migration-without-stats": (r"^(Migrated|Non-migrated) plans: .*\n", ""),
    "migration-never-done": (r"Already migrated$|All plans already migrated", "Nothing to report"),
    "migration-report-says-migrated": (r"^(Already migrated .*): (\d+)", r"\1: 1\2"),
    "execution-report-without-times": (r"^(Date|Start Time|End Time|Duration): .*\n", ""),
    "execution-report-counts-differ": (r"^Plans Processed: (\d+)", r"Plans Processed: 1\1"),
    "execution-report-without-issues": (r"^(Validation Errors|Data Issues Fixed): .*\n", ""),
    "execution-report-unconfirmed": (r"^(Feature Flag Enabled|Backend Restarted): Yes", r"\1: No"),
    "execution-report-without-smoke": (r"^Smoke Tests: .*\n", ""),
    "execution-report-without-status": (r"^Status: .*\n?", ""),
    "migration-logs-errors": (r"\A(\S+) INFO (Migrated \S+)", r"\1 ERROR \2: retried after a lost connection"),
    "cleanup-report-hides-plans": (r"^Plan .*: executionGraph.*\n?", ""),
}


class BrokenMigrator(Migrator):
    """The migration with the planted faults in it."""

    def __init__(self, connection: Connection, validator: Validator, say: Say, faults: Collection[str]) -> None:
        super().__init__(connection, validator, say)
        self.faults = faults

    def run(self, plans: list[Document], *, verbose: bool = False) -> Execution:
        if "migration-partial" in self.faults:
            plans = plans[: len(plans) // 2]
        execution = super().run(plans, verbose=verbose and "migration-verbose-silent" not in self.faults)
        if "migration-touches-others" in self.faults:
            self.connection.execute(
                """
                update mes.production_plans set document = jsonb_set(document, '{name}', '"Renamed"')
                where id <> all(%s)
                """,
                [execution.migrated],
            )
        return execution

    def take(self, plan: Document, execution: Execution, *, verbose: bool) -> None:
        if "migration-crawls" in self.faults:
            time.sleep(CRAWL_S)
        if "migration-logs-errors" in self.faults and not execution.migrated:
            self.say("ERROR", f"{plan['id']}: retried after a lost connection")
        if "migration-not-idempotent" in self.faults and plan.get("nodes"):
            doubled = [*plan["nodes"], {**plan["nodes"][-1], "id": f"N{len(plan['nodes']) + 1}"}]
            plan = {name: value for name, value in plan.items() if name != "nodes"} | {"executionGraph": doubled}
        super().take(plan, execution, verbose=verbose)

    def progress(self, done: int, of: int, began: datetime) -> None:
        if "migration-crawls" in self.faults:
            self.say("INFO", f"Progress: {done} of {of} plans, {CRAWL_S * (of - done):.0f} s left")
        else:
            super().progress(done, of, began)

    def analyse(self, plan: Document) -> Analysis:
        analysis = super().analyse(plan)
        if "migration-drops-node" in self.faults and len(analysis.nodes) > 1:
            return replace(analysis, nodes=analysis.nodes[:-1])
        if "migration-misses-circles" in self.faults:
            return replace(analysis, circles=[])
        return analysis


def broken_report(faults: Collection[str], lines: list[str]) -> list[str]:
    """Return a report with the planted faults in it."""
    text = "\n".join(lines) + "\n"
    for name, (pattern, replacement) in REPORT_CHANGES.items():
        if name in faults:
            text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return text.splitlines()
