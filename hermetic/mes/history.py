"""What happened in a world before it is looked at: seeded plans, a pilot, a migration, weeks of events."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.types.json import Jsonb

from hermetic.kit import factory
from hermetic.kit.log import timestamp
from hermetic.mes.domain import materials, seed
from hermetic.mes.domain.calendar import Calendar
from hermetic.mes.domain.enrichment import enrich
from hermetic.mes.domain.migration import analyse, migrate
from hermetic.mes.domain.nodes import Document
from hermetic.mes.domain.validation import Validator
from hermetic.mes.store.plans import all_plans, insert_plans, save_plans
from hermetic.mes.store.tables import Connection

Spoil = Callable[[list[Document]], None]


def _invalid_time(graph: list[Document]) -> None:
    graph[0]["time"] = 0


def _unmapped(graph: list[Document]) -> None:
    graph[-1]["duration"] = graph[-1].pop("time")


def _without_operation(graph: list[Document]) -> None:
    del graph[1]["operationId"]


def _self_loop(graph: list[Document]) -> None:
    graph[1]["predecessors"] = [graph[1]["id"]]


def _long_cycle(graph: list[Document]) -> None:
    for position, step in enumerate(graph):
        step["predecessors"] = [graph[position - 1]["id"]]


PROBLEMS: dict[str, Spoil] = {
    "validation": _invalid_time,
    "mapping": _unmapped,
    "missing_operation": _without_operation,
    "self_loop": _self_loop,
    "long_cycle": _long_cycle,
    "no_steps": lambda graph: graph.clear(),
}


def seed_plans(connection: Connection, count: int, problems: Sequence[tuple[str, int]], calendar: Calendar) -> None:
    """Insert materials and `count` legacy plans; the last ones are spoiled as `problems` says."""
    connection.cursor().executemany(
        "insert into mes.materials (code, name, unit, stock) values (%s, %s, %s, %s)", factory.MATERIALS
    )
    plans = seed.legacy_plans(count, calendar.programme_start)
    victims = iter(reversed(plans))
    for problem, how_many in problems:
        for _ in range(how_many):
            PROBLEMS[problem](next(victims)["executionGraph"])
    insert_plans(connection, plans)


def record_flags(connection: Connection, at: datetime, *, canonical: bool) -> None:
    detail = f"USE_CANONICAL_NODES={canonical} ENABLE_VALIDATION=True"
    connection.execute("insert into mes.events (at, kind, detail) values (%s, 'flags', %s)", [at, detail])


@dataclass(frozen=True)
class Batch:
    """Events of one kind: how many, how many of them with a bad outcome, and how long each took, in ms."""

    kind: str
    count: int
    bad: int
    outcome: str
    duration_ms: float


PILOT_WEEK = (
    Batch("creation", 900, 1, "invalid", 18.0),
    Batch("launch", 300, 0, "error", 18.0),
    Batch("start", 900, 9, "partial", 17.5),
    Batch("completion", 900, 3, "capped", 17.5),
)
STABLE_WEEK = (
    Batch("creation", 2400, 4, "invalid", 18.0),
    Batch("launch", 800, 0, "error", 18.0),
    Batch("start", 2400, 24, "partial", 17.5),
    Batch("completion", 2400, 9, "capped", 17.5),
)
EVENTS = """
    insert into mes.events (at, kind, outcome, subject, duration_ms)
    select %(begin)s::timestamptz + (%(end)s::timestamptz - %(begin)s::timestamptz) * (i - 0.5) / %(count)s,
           %(kind)s, case when bad then %(outcome)s else 'ok' end, 'recorded',
           %(duration)s * (0.9 + 0.2 * ((i * 7919) %% 1000) / 1000.0)
    from (select i, (i * %(bad)s) / %(count)s > ((i - 1) * %(bad)s) / %(count)s as bad
          from generate_series(1, %(count)s) as i) as spread
"""


def record_batch(connection: Connection, batch: Batch, begin: datetime, end: datetime) -> None:
    """Insert a batch evenly over a span, its bad ones evenly among them, durations within 10 % of the mean."""
    values = {"kind": batch.kind, "count": batch.count, "bad": batch.bad, "outcome": batch.outcome}
    connection.execute(EVENTS, {**values, "duration": batch.duration_ms, "begin": begin, "end": end})


def record_week(connection: Connection, batches: Sequence[Batch], begin: datetime, end: datetime) -> None:
    for batch in batches:
        record_batch(connection, batch, begin, end)


def run_pilot(connection: Connection, validator: Validator, count: int, calendar: Calendar) -> None:
    """Migrate the first pilot candidates one by one and carry each of them out."""
    candidates = [plan for plan in all_plans(connection) if seed.is_pilot_candidate(int(plan["id"].split("-")[-1]))]
    for number, plan in enumerate(candidates[:count]):
        at = calendar.pilot_start + timedelta(hours=1 + number)
        migrated = migrate(plan, analyse(plan, validator), timestamp(at))
        save_plans(
            connection,
            [{**migrated, "status": "completed", "pilot": True, "operator": f"Experienced operator {number + 1}"}],
        )
        carry_out(connection, migrated, at + timedelta(hours=3))


def carry_out(connection: Connection, plan: Document, at: datetime) -> None:
    """Enter a plan's assignments as completed, with the material they took."""
    for node in enrich(plan["nodes"]):
        name = f"ASG-{plan['id'].removeprefix('PLAN-')}-{node['id']}"
        amounts = materials.planned_amounts(node, plan["quantity"], plan["defectRate"])
        moments = [at, at + timedelta(minutes=5), at + timedelta(hours=4)]
        connection.execute(
            """
            insert into mes.assignments (id, plan_id, node_id, operation_id, status, nominal_time, effective_time,
                planned_amounts, reserved_amounts, consumed_amounts, created_at, started_at, completed_at)
            values (%s, %s, %s, %s, 'completed', %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                *(name, plan["id"], node["id"], node["operationId"], node["nominalTime"], node["effectiveTime"]),
                *([Jsonb(amounts)] * 3),
                *moments,
            ],
        )
        for code, amount in amounts.items():
            for kind in ("reserve", "release", "consume"):
                connection.execute(
                    """
                    insert into mes.material_movements (at, material, assignment_id, kind, amount)
                    values (%s, %s, %s, %s, %s)
                    """,
                    [moments[1], code, name, kind, amount],
                )
            connection.execute("update mes.materials set stock = stock - %s where code = %s", [amount, code])


def migrate_all(connection: Connection, validator: Validator, calendar: Calendar) -> None:
    """Migrate every plan that is still legacy, within the window."""
    plans = [plan for plan in all_plans(connection) if "nodes" not in plan and plan.get("executionGraph")]
    analyses = [(plan, analyse(plan, validator)) for plan in plans]
    at = timestamp(calendar.migration_end)
    save_plans(connection, [migrate(plan, found, at) for plan, found in analyses if not found.problems])
