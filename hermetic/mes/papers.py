"""The team's papers: mails, rosters, reports, registers; written from paperwork/ for the stage a state has reached.

The folders of paperwork/ are named after the stage from which on their papers exist. Names are roles, never people.
"""

import json
import shutil
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from psycopg.rows import dict_row

from hermetic.kit.log import timestamp
from hermetic.mes.alerts_table import alerts_document
from hermetic.mes.broken.papers import spoil_papers
from hermetic.mes.domain.calendar import Calendar
from hermetic.mes.domain.migration import survey
from hermetic.mes.domain.nodes import Document, to_legacy
from hermetic.mes.migrator import Execution
from hermetic.mes.reports import dry_run_report, execution_report
from hermetic.mes.repository import pristine_validator
from hermetic.mes.states import State
from hermetic.mes.store.plans import all_plans
from hermetic.mes.store.tables import Connection
from hermetic.mes.world import World

PAPERWORK = Path(__file__).parent / "paperwork"
FILTERS: dict[str, Callable[..., Any]] = {
    "day": lambda at: f"{at:%Y-%m-%d}",
    "moment": lambda at: f"{at:%Y-%m-%d %H:%M} UTC",
    "iso": timestamp,
    "mail_date": format_datetime,
    "plus_days": lambda at, days: at + timedelta(days=days),
    "minus_days": lambda at, days: at - timedelta(days=days),
    "plus_minutes": lambda at, minutes: at + timedelta(minutes=minutes),
}
PILOTS = """
    select id, document->>'orderCode' as order, quantity, jsonb_array_length(document->'nodes') as operations,
           case when (document->>'urgent')::boolean then 'yes' else 'no' end as urgent,
           case when exists (
               select 1
               from jsonb_array_elements(document->'nodes') as node,
                    jsonb_array_elements(node->'materialInputs') as input
               join mes.materials on code = input->>'materialCode' where stock < 100
           ) then 'no' else 'yes' end as in_stock,
           document->>'operator' as operator
    from mes.production_plans where document->>'pilot' = 'true' order by id
"""
WEEK = """
    select count(*) filter (where kind = 'start' and outcome = 'partial') as partial,
           count(*) filter (where kind = 'start') as starts,
           count(*) filter (where outcome = 'invalid') as invalid,
           count(*) filter (where kind = 'creation') as creations,
           coalesce(round(avg(duration_ms))::int, 0) as mean_ms,
           (select count(*) from mes.production_plans where not document ? 'nodes') as fallback
    from mes.events where at >= %s
"""


@cache
def environment() -> Environment:
    made = Environment(loader=FileSystemLoader(PAPERWORK), undefined=StrictUndefined, autoescape=False)  # noqa: S701 - no HTML
    made.filters.update(FILTERS)
    return made


def place(
    world: World,
    connection: Connection,
    state: State,
    calendar: Calendar,
    faults: Collection[str],
    template: str | None,
) -> None:
    """Put the papers of a state in place, damaged as the planted faults say.

    Args:
        template: Name of the template that the rows are a true copy of: papers on them are written once, then copied.
            None when a fault changed the rows.
    """
    shutil.rmtree(world.documents, ignore_errors=True)
    if template is None:
        write(world.documents, world, connection, state, calendar)
    else:
        kept = world.templates / f"documents-{template}-{state.stage}"
        if not kept.exists():
            write(kept, world, connection, state, calendar)
        shutil.copytree(kept, world.documents)
    spoil_papers(world.documents, faults)


def write(folder: Path, world: World, connection: Connection, state: State, calendar: Calendar) -> None:
    """Write all papers of a state into a new folder."""
    folder.mkdir()
    values = gather(world, connection, state, calendar)
    for template in sorted(environment().list_templates()):
        stage, name = template.split("/")
        if int(stage[0]) <= state.stage:
            text = environment().get_template(template).render(values)
            (folder / name).write_text(text.rstrip() + "\n", encoding="utf-8")
    (folder / "alerts.json").write_text(json.dumps(alerts_document(), indent=1) + "\n", encoding="utf-8")
    if state.stage >= 1:
        write_analysis(folder, connection)
    if state.stage >= 2:
        write_migration(folder, connection, calendar)


def gather(world: World, connection: Connection, state: State, calendar: Calendar) -> dict[str, Any]:
    """Return what the papers' templates name."""
    cursor = connection.cursor(row_factory=dict_row)
    backups = cursor.execute(
        "select name, created_at, location, owner_role from mes.backups order by created_at"
    ).fetchall()
    pilots = cursor.execute(PILOTS).fetchall()
    plans = cursor.execute("select count(*) as count from mes.production_plans").fetchone() or {"count": 0}
    return {
        "c": calendar,
        "stage": state.stage,
        "release": world.release,
        "backups": [{**row, "tested_at": row["created_at"] + timedelta(hours=1)} for row in backups],
        "pilots": pilots,
        "plans": plans["count"],
        "migrated": plans["count"],
        "week": cursor.execute(WEEK, [calendar.window_end]).fetchone(),
    }


def write_analysis(folder: Path, connection: Connection) -> None:
    """Write migration-analysis.txt: the dry-run's output as it was before any plan was migrated."""
    found = survey([as_legacy(plan) for plan in all_plans(connection)], pristine_validator())
    (folder / "migration-analysis.txt").write_text("\n".join(dry_run_report(found)) + "\n", encoding="utf-8")


def as_legacy(plan: Document) -> Document:
    """Return a plan as it was before the migration."""
    graph = plan.get("executionGraph") or [to_legacy(node) for node in plan.get("nodes") or []]
    return {
        **{name: value for name, value in plan.items() if name not in ("nodes", "_migration")},
        "executionGraph": graph,
    }


def write_migration(folder: Path, connection: Connection, calendar: Calendar) -> None:
    """Write the log and the report of the run in the window."""
    migrated = [plan["id"] for plan in all_plans(connection) if "_migration" in plan and not plan.get("pilot")]
    execution = Execution(calendar.window_start, calendar.migration_end, migrated)
    report = execution_report(execution, flag_on=True, restarted=True, smoke="PASS")
    lines = [f"{_at(calendar, n, len(migrated))} INFO Migrated {plan}" for n, plan in enumerate(migrated)]
    (folder / "migration-log.txt").write_text("\n".join([*lines, "", *report]) + "\n", encoding="utf-8")
    (folder / "migration-report.txt").write_text("\n".join(report) + "\n", encoding="utf-8")


def _at(calendar: Calendar, number: int, count: int) -> str:
    moment: datetime = calendar.window_start + (calendar.migration_end - calendar.window_start) * number / max(1, count)
    return timestamp(moment)
