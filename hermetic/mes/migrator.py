"""The migration as it runs against a world: plan by plan, a transaction and a log line for each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from hermetic.kit.log import timestamp
from hermetic.mes.domain.migration import Analysis, analyse, migrate
from hermetic.mes.domain.nodes import RENAMED, Document
from hermetic.mes.domain.validation import Validator
from hermetic.mes.store.plans import save_plans
from hermetic.mes.store.tables import Connection

Say = Callable[[str, str], None]


@dataclass
class Execution:
    """What one run of the migration did; processed = migrated + errors."""

    started: datetime
    ended: datetime
    migrated: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    already: int = 0
    validation_errors: int = 0
    issues_fixed: int = 0

    @property
    def processed(self) -> int:
        return len(self.migrated) + len(self.errors)

    @property
    def status(self) -> str:
        if not self.errors:
            return "SUCCESS"
        return "PARTIAL" if self.migrated else "FAILED"


class Migrator:
    """Gives plans their nodes and keeps their executionGraph; a plan that has nodes, or a problem, is left alone."""

    def __init__(self, connection: Connection, validator: Validator, say: Say) -> None:
        self.connection = connection
        self.validator = validator
        self.say = say

    def run(self, plans: list[Document], *, verbose: bool = False) -> Execution:
        """Migrate what can be migrated among `plans`."""
        began = datetime.now(UTC)
        execution = Execution(began, began)
        for number, plan in enumerate(plans, 1):
            self.take(plan, execution, verbose=verbose)
            self.progress(number, len(plans), began)
        execution.ended = datetime.now(UTC)
        return execution

    def take(self, plan: Document, execution: Execution, *, verbose: bool) -> None:
        analysis = self.analyse(plan)
        if analysis.state == "migrated":
            execution.already += 1
        elif analysis.state == "empty" or analysis.problems:
            execution.errors.append(analysis.plan_id)
            execution.validation_errors += len(analysis.validation)
            reasons = analysis.problems or ["neither nodes nor executionGraph"]
            self.say("ERROR", f"{analysis.plan_id}: {'; '.join(reasons)}")
        else:
            self.convert(plan, analysis, execution, verbose=verbose)

    def analyse(self, plan: Document) -> Analysis:
        return analyse(plan, self.validator)

    def convert(self, plan: Document, analysis: Analysis, execution: Execution, *, verbose: bool) -> None:
        save_plans(self.connection, [migrate(plan, analysis, timestamp())])
        execution.migrated.append(analysis.plan_id)
        execution.issues_fixed += sum(_has_both_names(step) for step in plan["executionGraph"])
        self.say("INFO", f"Migrated {analysis.plan_id}: {analysis.steps} nodes")
        if verbose:
            for node in analysis.nodes:
                self.say("DEBUG", f"  {analysis.plan_id} {node['id']}: time → nominalTime = {node['nominalTime']} min")

    def progress(self, done: int, of: int, began: datetime) -> None:
        """Say every hundred plans how long the rest will take."""
        if done % 100 == 0 and done < of:
            each_s = (datetime.now(UTC) - began).total_seconds() / done
            self.say("INFO", f"Progress: {done} of {of} plans, {each_s * (of - done):.0f} s left")


def _has_both_names(step: Document) -> bool:
    return any(old in step and new in step for old, new in RENAMED.items())
