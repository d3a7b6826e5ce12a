"""What the old store holds: the same plans and master data as the database, as documents."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hermetic.kit.log import timestamp
from hermetic.mes_sql.seeding import master
from hermetic.mes_sql.seeding.master import Size
from hermetic.mes_sql.seeding.plans import Node, Plan, plans

Json = dict[str, Any]
DAILY_READS, DAILY_WRITES = 61_000, 4_200


def content(size: Size | None, *, day: int, now: datetime) -> Json:
    """Return documents and counters of a stage of the rollout.

    Args:
        size: How much is seeded; None for nothing.
        day: The day of the rollout; from the fifth on nobody has read for 24 hours.
    """
    switched = now - timedelta(hours=24, minutes=10)
    counters = {
        "byClient": {
            "blue": {"reads": DAILY_READS * day, "writes": DAILY_WRITES * day},
            "green": {"reads": 0, "writes": DAILY_WRITES * max(0, day - 2)},
        },
        "lastReadAt": None if day == 0 else timestamp(switched if day >= 5 else now - timedelta(seconds=2)),
        "since": timestamp(now - timedelta(days=max(day, 1))),
    }
    return {"collections": _collections(size) if size else {}, **counters}


def _collections(size: Size) -> Mapping[str, Mapping[str, Json]]:
    stations, workers = master.stations(size), master.workers(size)
    made = plans(size, stations, workers)
    tasks = _tasks(made)
    documents: dict[str, list[Json]] = {
        "mes-production-plans": [_plan(plan) for plan in made],
        "mes-worker-assignments": [_assignment(p, n) for p in made for n in p.nodes if n.worker],
        "mes-workers": [
            {
                "id": worker.id,
                "name": worker.name,
                "status": "busy" if worker.id in tasks else "idle",
                "currentTask": tasks.get(worker.id),
                "stations": list(worker.stations),
                "operations": list(worker.operations),
            }
            for worker in workers
        ],
        "mes-stations": [{"id": s.id, "name": s.name, "operations": list(s.operations)} for s in stations],
        "mes-operations": [{"id": code, "name": name} for code, name in master.OPERATIONS],
        "mes-substations": [{"id": i, "name": n, "stationId": s} for i, n, s in master.substations(size)],
    }
    return {name: {one["id"]: one for one in rows} for name, rows in documents.items()}


def _tasks(made: list[Plan]) -> dict[str, Json]:
    """Return the current task of each busy worker: his first node in the first plan that is in production."""
    tasks: dict[str, Json] = {}
    for plan in made:
        for node in plan.nodes:
            if plan.status == "production" and node.worker:
                tasks.setdefault(node.worker, {"planId": plan.id, "nodeId": node.node_id})
    return tasks


def _plan(plan: Plan) -> Json:
    names = {node.number: node.node_id for node in plan.nodes}
    return {
        "id": plan.id,
        "work_order_code": plan.order,
        "status": plan.status,
        "quantity": plan.quantity,
        "created_at": timestamp(plan.created_at),
        "tag": None,
        "nodes": [_node(node, names) for node in plan.nodes],
    }


def _node(node: Node, names: Mapping[int, str]) -> Json:
    return {
        "nodeId": node.node_id,
        "name": node.name,
        "operationId": node.operation,
        "nominalTime": node.nominal_time,
        "sequenceOrder": node.sequence,
        "stations": [{"stationId": place, "priority": number} for number, place in enumerate(node.stations, 1)],
        "materialInputs": [
            {"materialCode": code, "requiredQuantity": float(amount)} for code, amount in node.materials.items()
        ],
        "predecessors": [names[before] for before in node.predecessors],
    }


def _assignment(plan: Plan, node: Node) -> Json:
    return {
        "id": f"ASG-{plan.id.removeprefix('PPL-')}-{node.node_id}",
        "planId": plan.id,
        "nodeId": node.node_id,
        "workerId": node.worker,
        "stationId": node.stations[0],
        "status": "active" if plan.status == "production" else "assigned",
        "createdAt": timestamp(plan.created_at),
    }
