"""What the document store leaves to its reader: names, sums, and who does what."""

from collections.abc import Mapping, Sequence

from hermetic.kit.log import timestamp
from hermetic.mes_sql.server.store import Json, Kind


def with_names(kind: Kind, document: Json, others: Mapping[str, Sequence[Json]]) -> Json:
    """Return a document of master data as it is listed: ids of stations and operations with their names."""
    answer = {name: value for name, value in document.items() if name != "tag"}
    for field, known in others.items():
        if field in document:
            wanted = set(document[field])
            chosen = [{"id": one["id"], "name": one["name"]} for one in known if one["id"] in wanted]
            answer[field] = sorted(chosen, key=lambda one: (one["name"], one["id"]))
    if kind == "worker":
        answer["current_task_plan_id"] = (document["currentTask"] or {}).get("planId")
    return answer


def listed_plan(document: Json) -> Json:
    """Return a plan as it stands in the list."""
    nodes = [{name: node[name] for name in ("nodeId", "name", "nominalTime")} for node in document["nodes"]]
    fields = ("id", "work_order_code", "status", "quantity", "created_at", "tag")
    return {**{name: document.get(name) for name in fields}, "node_count": str(len(nodes)), "nodes": nodes}


def summary(document: Json) -> list[Json]:
    """Return how much of each material the whole plan takes."""
    totals: dict[str, float] = {}
    for node in document["nodes"]:
        for need in node["materialInputs"]:
            totals[need["materialCode"]] = totals.get(need["materialCode"], 0) + need["requiredQuantity"]
    return [{"materialCode": code, "requiredQuantity": total} for code, total in sorted(totals.items())]


def assign(plan: Json, workers: Sequence[Json], given: Mapping[str, str]) -> list[Json]:
    """Return the assignments of a plan: the given ones, and for other nodes the first idle worker who can do it."""
    made = []
    for node in plan["nodes"]:
        places = [
            one["stationId"] for one in sorted(node["stations"], key=lambda one: (one["priority"], one["stationId"]))
        ]
        able = [
            worker
            for worker in sorted(workers, key=lambda one: str(one["id"]))
            if worker["currentTask"] is None
            and worker["status"] != "absent"
            and node["operationId"] in worker["operations"]
            and set(places) & set(worker["stations"])
        ]
        chosen = next((worker for worker in workers if worker["id"] == given.get(node["nodeId"])), None)
        worker = chosen or (able[0] if able else None)
        if worker is not None:
            here = [place for place in places if place in worker["stations"]] or places
            made.append(_assignment(plan, node["nodeId"], worker["id"], here[0] if here else None))
    return made


def _assignment(plan: Json, node: str, worker: str, station: str | None) -> Json:
    return {
        "id": f"ASG-{plan['id'].removeprefix('PPL-')}-{node}",
        "planId": plan["id"],
        "nodeId": node,
        "workerId": worker,
        "stationId": station,
        "status": "assigned",
        "createdAt": timestamp(),
    }
