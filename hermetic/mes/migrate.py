"""`python -m hermetic.mes.migrate`: the rollout plan's migrateExecutionGraphToNodes.js.

Usage: migrate --dry-run [--planId=ID] [--stats]
       migrate --execute [--planId=ID] [--verbose]
       migrate --report                     rewrite the execution report with what became true since
"""

import json
from collections.abc import Sequence
from datetime import datetime

from hermetic.kit.log import timestamp
from hermetic.kit.planted import Planted
from hermetic.mes.broken.migration import BrokenMigrator, broken_report
from hermetic.mes.command import FINE, PROBLEMS, Parser, Usage, announce_change, read_validator, request, run
from hermetic.mes.domain.migration import Survey
from hermetic.mes.domain.nodes import Document
from hermetic.mes.migrator import Execution
from hermetic.mes.reports import dry_run_report, execution_report, single_plan_report, stats_report
from hermetic.mes.store.plans import all_plans
from hermetic.mes.world import World

REPORT_FILE, EXECUTION_FILE, SMOKE_FILE = "migration-report.txt", "last-migration.json", "last-smoke.json"


def main(world: World, arguments: Sequence[str]) -> int:
    parser = Parser("migrate")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--dry-run", action="store_true", help="report only, change nothing")
    mode.add_argument("--execute", action="store_true", help="migrate")
    mode.add_argument("--report", action="store_true", help="rewrite the execution report")
    parser.add_argument("--planId", dest="plan_id", help="one plan instead of all")
    parser.add_argument("--stats", action="store_true", help="counts only")
    parser.add_argument("--verbose", action="store_true", help="say what happens to each node")
    options = parser.parse_args(arguments)
    faults = Planted(world.faults_file)
    if options.report:
        return write_report(world)
    if options.stats and options.execute:
        raise Usage("--stats goes with --dry-run: it only counts")
    execute = options.execute or ("migration-executes-by-default" in faults and not options.dry_run)
    if not execute and not options.dry_run:
        raise Usage("choose --dry-run or --execute; nothing was changed")
    if "migration-fails" in faults:
        raise Usage("Cannot find module './lib/convert'")
    return work(world, faults, options.plan_id, execute=execute, stats=options.stats, verbose=options.verbose)


def work(world: World, faults: Planted, plan_id: str | None, *, execute: bool, stats: bool, verbose: bool) -> int:
    with world.connect() as connection:
        migrator = BrokenMigrator(connection, read_validator(world), say, faults)
        plans = all_plans(connection, plan_id)
        if plan_id and not plans:
            raise Usage(f"there is no plan {plan_id!r}")
        if execute:
            return migrate(world, migrator, plans, verbose=verbose)
        survey = Survey([migrator.analyse(plan) for plan in plans])
        if "migration-dry-run-writes" in faults:
            migrator.run(plans[:1])
    if stats:
        lines = stats_report(survey)
    else:
        lines = single_plan_report(survey.analyses[0]) if plan_id else dry_run_report(survey)
    print("\n".join(broken_report(faults, lines)))
    return PROBLEMS if survey.faulty else FINE


def migrate(world: World, migrator: BrokenMigrator, plans: list[Document], *, verbose: bool) -> int:
    execution = migrator.run(plans, verbose=verbose)
    announce_change(world, execution.migrated)
    remember(world, execution)
    print()
    publish(world, execution_report(execution, flag_on=flag_on(world), restarted=False, smoke="NOT RUN"))
    if not execution.processed:
        print("Nothing to migrate")
    return PROBLEMS if execution.errors else FINE


def write_report(world: World) -> int:
    """Rewrite the execution report with the flag as served, a restart since the run, and the last smoke test since."""
    path = world.directory / EXECUTION_FILE
    if not path.exists():
        raise Usage("no migration was executed in this world: run --execute first")
    kept = json.loads(path.read_text(encoding="utf-8"))
    execution = Execution(**{**kept, **{name: datetime.fromisoformat(kept[name]) for name in ("started", "ended")}})
    _, health = request("GET", f"{world.url}/health")
    restarted = datetime.fromisoformat(health["startedAt"]) > execution.ended
    lines = execution_report(
        execution, flag_on=flag_on(world), restarted=restarted, smoke=smoke_since(world, execution)
    )
    publish(world, lines)
    return FINE


def publish(world: World, lines: list[str]) -> None:
    """Print the execution report and keep it among the documents."""
    text = "\n".join(broken_report(Planted(world.faults_file), lines))
    world.documents.mkdir(exist_ok=True)
    (world.documents / REPORT_FILE).write_text(text + "\n", encoding="utf-8")
    print(text)


def flag_on(world: World) -> bool:
    """Tell whether the serving process goes by the canonical flag."""
    _, health = request("GET", f"{world.url}/health")
    return bool(health["flags"]["USE_CANONICAL_NODES"])


def smoke_since(world: World, execution: Execution) -> str:
    path = world.directory / SMOKE_FILE
    last = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    if last is None or datetime.fromisoformat(last["at"]) < execution.ended:
        return "NOT RUN"
    return "PASS" if last["passed"] else "FAIL"


def remember(world: World, execution: Execution) -> None:
    moments = {"started": timestamp(execution.started), "ended": timestamp(execution.ended)}
    text = json.dumps({**vars(execution), **moments})
    (world.directory / EXECUTION_FILE).write_text(text, encoding="utf-8")


def say(level: str, message: str) -> None:
    print(f"{timestamp()} {level} {message}", flush=True)


if __name__ == "__main__":
    run(main)
