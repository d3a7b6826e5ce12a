"""The schema mes: which columns lead an index, which tables notify, what refers to what, and whether it is there."""

import re
from collections.abc import Callable, Iterable

from gonogo.probes.schema import Reference, SchemaProbe
from gonogo.probes.sql import SqlProbe
from gonogo.target import Target
from systems.mes_sql.build import Build

SCHEMA = "mes"
_EVENTS = ("INSERT", "UPDATE")

SOFT_REFERENCES = (
    Reference("mes_workers", ("current_task_plan_id",), "mes_production_plans", ("id",)),
    Reference("mes_worker_assignments", ("plan_id",), "mes_production_plans", ("id",)),
    Reference("mes_production_plan_nodes", ("operation_id",), "mes_operations", ("id",)),
    Reference("mes_production_plan_nodes", ("plan_id",), "mes_production_plans", ("id",)),
    Reference("mes_node_stations", ("node_id",), "mes_production_plan_nodes", ("id",)),
    Reference("mes_node_stations", ("station_id",), "mes_stations", ("id",)),
    Reference("mes_node_material_inputs", ("node_id",), "mes_production_plan_nodes", ("id",)),
    Reference("mes_node_material_inputs", ("material_code",), "mes_materials", ("code",)),
    Reference("mes_node_predecessors", ("predecessor_node_id",), "mes_production_plan_nodes", ("id",)),
    Reference("mes_worker_assignments", ("node_id",), "mes_production_plan_nodes", ("id",)),
    Reference("mes_worker_assignments", ("worker_id",), "mes_workers", ("id",)),
    Reference("mes_material_movements", ("plan_id",), "mes_production_plans", ("id",)),
)
"""What refers to another row whether or not a foreign key says so: a key that was dropped must not hide its orphans."""


def notifying(probe: SchemaProbe) -> list[str]:
    """Return each table with the events on which a trigger of it fires, such as "mes_workers: INSERT, UPDATE"."""
    events: dict[str, set[str]] = {}
    for trigger in probe.triggers():
        if trigger.enabled:
            named = {event for event in _EVENTS if re.search(rf"\b{event}\b", trigger.definition.partition(" ON ")[0])}
            events.setdefault(trigger.table, set()).update(named)
    return [f"{table}: {', '.join(sorted(found))}" for table, found in sorted(events.items()) if found]


def without_index(probe: SchemaProbe, wanted: Iterable[tuple[str, str]]) -> list[str]:
    """Return the columns, as table(column), that lead no valid index."""
    leading = {(index.table, index.columns[0]) for index in probe.indexes() if index.valid and index.columns}
    return [f"{table}({column})" for table, column in wanted if (table, column) not in leading]


def without_reference(probe: SchemaProbe, wanted: Iterable[tuple[str, str, str]]) -> list[str]:
    """Return the columns, as table(column), that no validated foreign key ties to the other table."""
    keys = {
        (key.table, key.columns, key.references[1])
        for key in probe.constraints()
        if key.kind == "foreign key" and key.validated and key.references
    }
    return [f"{table}({column})" for table, column, there in wanted if (table, (column,), there) not in keys]


def keyless(probe: SchemaProbe) -> list[str]:
    """Return the tables of the build that have no primary key; logs of traffic need none."""
    having = {one.table for one in probe.constraints() if one.kind == "primary key"}
    logs = {"mes_requests"}
    return [table.name for table in probe.tables() if table.name.startswith("mes_") and table.name not in having | logs]


def on(target: Target, build: Build, query: str) -> list[dict[str, object]]:
    """Return the rows of a named query of the build, asked of another target's database."""
    asked: Callable[..., list[dict[str, object]]] = target.sql.rows
    return asked(build.green.settings.queries[query].sql, query=query)


def counted(sql: SqlProbe, tables: Iterable[str]) -> dict[str, int]:
    """Return how many rows there really are in tables ("schema.table"); statistics lag behind a seed."""
    names = {table: ".".join(f'"{part}"' for part in table.split(".")) for table in tables}
    return {
        table: int(sql.rows(f"select count(*) as rows from {name}", query=f"rows of {table}")[0]["rows"])  # noqa: S608
        for table, name in names.items()
    }


def followed(sql: SqlProbe, name: str = SCHEMA) -> tuple[int, list[str]]:
    """Follow every reference, declared keys and SOFT_REFERENCES alike.

    Returns:
        How many rows were followed, and every reference that leads nowhere, with examples.
    """
    found = SchemaProbe(sql, name).orphans(SOFT_REFERENCES)
    return sum(one.rows for one in found), sorted({str(one) for one in found if one.orphans})
