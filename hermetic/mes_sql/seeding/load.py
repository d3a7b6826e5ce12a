"""Putting the seeded data into a database that stands at the last revision, and counting it."""

from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from psycopg import sql

from hermetic.kit import factory
from hermetic.mes_sql.seeding import master
from hermetic.mes_sql.seeding.master import Size
from hermetic.mes_sql.seeding.plans import Node, Plan, plans

Connection = psycopg.Connection[tuple[Any, ...]]
Row = Sequence[Any]
COUNTED = {
    "workers": "mes_workers",
    "stations": "mes_stations",
    "plans": "mes_production_plans",
    "operations": "mes_operations",
    "substations": "mes_substations",
    "nodes": "mes_production_plan_nodes",
    "node stations": "mes_node_stations",
    "materials": "mes_materials",
}
# In the order in which they may be filled: what is referred to comes first.
COLUMNS: dict[str, str] = {
    "mes_operations": "id name",
    "mes_stations": "id name",
    "mes_substations": "id name station_id",
    "mes_materials": "code name unit initial_stock stock",
    "mes_production_plans": "id work_order_code status quantity created_at updated_at",
    "mes_production_plan_nodes": "id plan_id node_id name operation_id nominal_time sequence_order",
    "mes_workers": "id name status current_task_plan_id current_task_node_id",
    "mes_station_operations": "station_id operation_id",
    "mes_worker_stations": "worker_id station_id",
    "mes_worker_operations": "worker_id operation_id",
    "mes_node_stations": "node_id station_id priority",
    "mes_node_material_inputs": "node_id material_code required_quantity",
    "mes_node_predecessors": "node_id predecessor_node_id",
    "mes_worker_assignments": "id plan_id node_id worker_id station_id status created_at",
    "mes_material_movements": "plan_id node_id material_code quantity at",
}


def clear(connection: Connection) -> None:
    """Delete all rows that a seed brings, and start the nodes' numbers again."""
    tables = sql.SQL(", ").join(sql.Identifier("mes", table) for table in COLUMNS)
    connection.execute(sql.SQL("truncate {} restart identity").format(tables))


def seed(connection: Connection, size: Size) -> None:
    """Insert a seed, together or not at all.

    Raises:
        psycopg.errors.UniqueViolation: A former seed is still there.
    """
    with connection.transaction():
        for table, rows in dataset(size).items():
            columns = sql.SQL(", ").join(map(sql.Identifier, COLUMNS[table].split()))
            statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier("mes", table), columns)
            with connection.cursor().copy(statement) as sink:
                for row in rows:
                    sink.write_row(row)
        following = "select setval(pg_get_serial_sequence('mes.mes_production_plan_nodes', 'id'), greatest(1, max(id)))"
        connection.execute(sql.SQL(following + " from mes.mes_production_plan_nodes"))


def counts(connection: Connection) -> dict[str, int]:
    """Return how many rows of each kind there are."""
    found = {}
    for name, table in COUNTED.items():
        row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier("mes", table))).fetchone()
        found[name] = int(row[0]) if row else 0
    return found


def dataset(size: Size) -> dict[str, list[Row]]:
    """Return the rows of a seed by table, in the order of `COLUMNS`."""
    stations, workers = master.stations(size), master.workers(size)
    made = plans(size, stations, workers)
    nodes = [(plan, node) for plan in made for node in plan.nodes]
    tasks = {
        node.worker: (plan.id, node.number)
        for plan, node in reversed(nodes)  # the first node of a worker is his task
        if plan.status == "production"
    }
    return {
        "mes_operations": list(master.OPERATIONS),
        "mes_stations": [(station.id, station.name) for station in stations],
        "mes_substations": list(master.substations(size)),
        "mes_materials": list(_materials(made)),
        "mes_production_plans": [
            (p.id, p.order, p.status, p.quantity, p.created_at, p.created_at) for p in made
        ],
        "mes_production_plan_nodes": [
            (n.number, p.id, n.node_id, n.name, n.operation, n.nominal_time, n.sequence)
            for p, n in nodes
        ],
        "mes_workers": [
            (w.id, w.name, "busy" if w.id in tasks else "idle", *tasks.get(w.id, (None, None))) for w in workers
        ],
        "mes_station_operations": [(station.id, code) for station in stations for code in station.operations],
        "mes_worker_stations": [(worker.id, place) for worker in workers for place in worker.stations],
        "mes_worker_operations": [(worker.id, code) for worker in workers for code in worker.operations],
        "mes_node_stations": [
            (n.number, place, priority) for _, n in nodes for priority, place in enumerate(n.stations, 1)
        ],
        "mes_node_material_inputs": [(n.number, *item) for _, n in nodes for item in n.materials.items()],
        "mes_node_predecessors": [(n.number, before) for _, n in nodes for before in n.predecessors],
        "mes_worker_assignments": [_assignment(p, n) for p, n in nodes if n.worker],
        "mes_material_movements": [
            (p.id, n.number, *item, p.created_at) for p, n in nodes if p.consumed for item in n.materials.items()
        ],
    }  # fmt: skip


def _assignment(plan: Plan, node: Node) -> Row:
    status = "active" if plan.status == "production" else "assigned"
    name = f"ASG-{plan.id.removeprefix('PPL-')}-{node.node_id}"
    return name, plan.id, node.number, node.worker, node.stations[0], status, plan.created_at


def _materials(made: Sequence[Plan]) -> Iterator[Row]:
    """Yield the materials, with the stock that released plans have left of them."""
    for code, name, unit, stock in factory.MATERIALS:
        taken = sum(node.materials.get(code, 0) for plan in made if plan.consumed for node in plan.nodes)
        yield code, name, unit, stock, stock - taken
