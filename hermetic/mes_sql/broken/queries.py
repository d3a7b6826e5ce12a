"""Faults that change a statement of green: a passage is replaced, or the statement is left out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import LiteralString, cast

from hermetic.mes_sql.server.sql import queries


@dataclass(frozen=True)
class Change:
    """Replace a passage of a statement; without one, the whole statement is left out."""

    query: str
    passage: str = ""
    replacement: str = ""


CHANGES: Mapping[str, tuple[Change, ...]] = {
    "phantom-node": (
        Change("PLAN", "coalesce(nodes.list, '[]') as nodes", """coalesce(nodes.list,
            '[{"nodeId": null, "name": null, "operationId": null, "nominalTime": null, "sequenceOrder": null,
               "stations": [], "materialInputs": [], "predecessors": []}]') as nodes"""),
        Change("PLANS", "coalesce(nodes.list, '[]') as nodes", """coalesce(nodes.list,
            '[{"nodeId": null, "name": null, "nominalTime": null}]') as nodes"""),
    ),
    "nodes-unordered": (
        Change("PLAN", "order by n.sequence_order) as list", "order by n.sequence_order desc) as list"),
        Change("PLANS", "order by n.sequence_order) as list", "order by n.sequence_order desc) as list"),
    ),
    "list-oldest-first": (Change("PLANS", "created_at desc, p.id desc", "created_at, p.id"),),
    "node-count-missing": (Change("PLANS", "coalesce(nodes.number, 0)::text as node_count, ", ""),),
    "node-count-wrong": (Change("PLANS", "coalesce(nodes.number, 0)", "(coalesce(nodes.number, 0) + 1)"),),
    "list-nodes-incomplete": (Change("PLANS", ", 'nominalTime', n.nominal_time::double precision", ""),),
    "detail-parts-missing": (Change("PLAN", "coalesce(predecessors.list, '[]')", "'[]'::json"),),
    "detail-materials-missing": (Change("PLAN", "coalesce(inputs.list, '[]')", "'[]'::json"),),
    "detail-stations-missing": (Change("PLAN", "coalesce(stations.list, '[]')", "'[]'::json"),),
    "material-summary-wrong": (Change("PLAN", "sum(m.required_quantity)", "max(m.required_quantity)"),),
    "dual-read-differs": (
        Change("PLAN", "p.status, p.quantity,", "p.status, p.quantity + 1 as quantity,"),
        Change("PLANS", "p.status, p.quantity,", "p.status, p.quantity + 1 as quantity,"),
    ),
    "slow-list": (
        Change("PLANS", "select * from mes_prod", "select p.* from pg_sleep(0.12) cross join mes_prod"),
        Change("PLANS", "plans order by created_at", "plans p order by created_at"),
    ),
    "slow-detail": (Change("PLAN", "from mes_production_plans p", "from pg_sleep(0.06), mes_production_plans p"),),
    "slow-create": (Change("INSERT_PLAN", "%(tag)s)", "%(tag)s || left(pg_sleep(0.12)::text, 0))"),),
    "master-data-unsorted": (
        Change("OPERATION", "order by o.name, o.id", "order by o.id desc"),
        Change("STATION", "order by s.name, s.id", "order by s.id desc"),
        Change("WORKER", "order by w.name, w.id", "order by w.id desc"),
        Change("SUBSTATION", "order by s.name, s.id", "order by s.id desc"),
    ),
    "operations-repeated": (
        Change("STATION", "from mes_station_operations l", "from generate_series(1, 2), mes_station_operations l"),
    ),
    "station-operations-null": (Change("STATION", "\n), '[]') as", "\n), 'null') as"),),
    "station-operations-missing": (Change("STATION", "where l.station_id = s.id", "where false"),),
    "workers-without-operations": (
        Change("WORKER", "o.id = l.operation_id where l.worker_id = w.id", "o.id = l.operation_id where false"),
    ),
    "workers-without-stations": (
        Change("WORKER", "s.id = l.station_id where l.worker_id = w.id", "s.id = l.station_id where false"),
    ),
    "substations-missing": (Change("SUBSTATION", "where %(id)s::text is null or", "where"),),
    "worker-task-hidden": (Change("WORKER", "w.current_task_plan_id,\n", "null as current_task_plan_id,\n"),),
    "assignments-unlisted": (Change("ASSIGNMENTS", "where %(plan)s::text is null or", "where"),),
    "plan-code-repeated": (
        Change("INSERT_PLAN", "mes.generate_production_plan_code()", "'PPL-' || to_char(now(), 'MMYY') || '-900'"),
    ),
    "plan-code-not-generated": (
        Change("INSERT_PLAN", "mes.generate_production_plan_code()", "'PLAN-' || md5(random()::text)"),
    ),
    "work-order-lost": (Change("INSERT_PLAN", "%(orderCode)s", "left(%(orderCode)s, 0)"),),
    "nodes-lost": (Change("INSERT_NODES", "order by position", "where position = 1 order by position"),),
    "station-priority-lost": (Change("INSERT_STATIONS", "coalesce((s->>'priority')::integer, 1)", "1"),),
    "node-stations-lost": (Change("INSERT_STATIONS"),),
    "material-input-lost": (Change("INSERT_MATERIALS"),),
    "predecessor-lost": (Change("INSERT_PREDECESSORS"),),
    "assignment-lost": (Change("INSERT_ASSIGNMENTS"), Change("ASSIGN")),
    "auto-assignment-off": (Change("ASSIGN"),),
    "auto-assignment-wrong": (
        Change("ASSIGN", "task_plan_id is null", "task_plan_id is not null"),
    ),
    "plan-changes-lost": (
        Change("CHANGE_PLAN", "coalesce(%(orderCode)s, work_order_code)", "coalesce(work_order_code, %(orderCode)s)"),
        Change("CHANGE_PLAN", "coalesce(%(quantity)s, quantity)", "coalesce(quantity, %(quantity)s)"),
    ),
    "status-never-changes": (Change("CHANGE_PLAN", "coalesce(%(status)s, status)", "coalesce(status, %(status)s)"),),
    "release-consumes-nothing": (Change("CONSUME"), Change("RECORD_MOVEMENTS")),
    "release-consumes-twice": (Change("CONSUME", "%(total)s", "2 * %(total)s"),),
    "movement-missing": (Change("RECORD_MOVEMENTS"),),
    "current-task-untracked": (Change("BEGIN_TASKS"),),
    "replay-missing": (Change("EVENTS_AFTER", "id > %(after)s", "id > %(after)s and false"),),
}  # fmt: skip


def all_queries(faults: Collection[str]) -> dict[str, LiteralString]:
    """Return the statements by name, as the planted faults leave them; one that is left out is empty."""
    texts = {name: text for name, text in vars(queries).items() if name.isupper()}
    for fault in sorted(set(CHANGES).intersection(faults)):
        for change in CHANGES[fault]:
            texts[change.query] = (
                texts[change.query].replace(change.passage, change.replacement) if change.passage else ""
            )
    return cast(dict[str, LiteralString], texts)
