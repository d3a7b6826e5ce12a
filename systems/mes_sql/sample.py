"""Sample plans, made of what the build's master data offers, and the ways in which one can fail half-way."""

from dataclasses import dataclass
from typing import Any

from gonogo.outcome import Unverified
from systems.mes_sql.build import Build, Document

UNKNOWN = "NOT-THERE"
FAILURES = ("at the station of its last node", "at its last material", "at its last assignment")


@dataclass(frozen=True)
class Workshop:
    """What a sample plan is made of: an idle worker, an operation and stations of that worker, materials in stock."""

    worker: str
    operation: str
    stations: tuple[str, ...]
    materials: tuple[str, ...]


def workshop(build: Build) -> Workshop:
    """Return the makings of a plan.

    Raises:
        Unverified: If no idle worker has a station and an operation, or no material is in stock.
    """
    idle = [
        worker
        for worker in build.entries("workers")
        if worker["current_task_plan_id"] is None and worker["stations"] and worker["operations"]
    ]
    stock = sorted(build.green.query("materials"), key=lambda row: (-float(row["stock"]), row["code"]))
    if not idle or not stock:
        raise Unverified("a sample plan needs an idle worker with a station and an operation, and a material in stock")
    chosen = min(idle, key=lambda worker: str(worker["id"]))
    stations = tuple(sorted(str(station["id"]) for station in chosen["stations"])[:2])
    return Workshop(
        str(chosen["id"]), str(chosen["operations"][0]["id"]), stations, tuple(row["code"] for row in stock[:2])
    )


def plan(makings: Workshop, mark: str, order: str, nodes: int = 3, *, assigned: bool = True) -> Document:
    """Return a plan of `nodes` nodes in a row, all for the one worker unless `assigned` is false."""
    return {
        "orderCode": order,
        "quantity": 5,
        "tag": mark,
        "nodes": [node(makings, order, number) for number in range(1, nodes + 1)],
        "assignments": [
            {"nodeId": f"N{number}", "workerId": makings.worker} for number in range(1, nodes + 1) if assigned
        ],
    }


def node(makings: Workshop, order: str, number: int) -> Document:
    """Return the node of a number, counted from 1."""
    return {
        "nodeId": f"N{number}",
        "name": f"{order} node {number}",
        "operationId": makings.operation,
        "nominalTime": 10 + number,
        "predecessors": [f"N{number - 1}"] if number > 1 else [],
        "assignedStations": [
            {"stationId": station, "priority": priority} for priority, station in enumerate(makings.stations, 1)
        ],
        "materialInputs": [
            {"materialCode": code, "requiredQuantity": 0.25 * number + place}
            for place, code in enumerate(makings.materials)
        ],
    }


def failing(document: Document, where: str) -> Document:
    """Return the plan with something at its very end that is not there: one of FAILURES.

    Raises:
        Unverified: If `where` is not one of them.
    """
    last: dict[str, Any] = document["nodes"][-1]
    if where == FAILURES[0]:
        changed = {**last, "assignedStations": [*last["assignedStations"], {"stationId": UNKNOWN, "priority": 9}]}
    elif where == FAILURES[1]:
        changed = {
            **last,
            "materialInputs": [*last["materialInputs"], {"materialCode": UNKNOWN, "requiredQuantity": 1}],
        }
    elif where == FAILURES[2]:
        others = document["assignments"][:-1]
        return {**document, "assignments": [*others, {"nodeId": last["nodeId"], "workerId": UNKNOWN}]}
    else:
        raise Unverified(f"nothing fails {where!r}; known are {', '.join(FAILURES)}")
    return {**document, "nodes": [*document["nodes"][:-1], changed]}


def wanted(document: Document, plan_id: str, status: str = "draft") -> Document:
    """Return what reading a plan must give that was sent as `document`; not yet in the canonical form."""
    return {
        "id": plan_id,
        "work_order_code": document["orderCode"],
        "status": status,
        "quantity": document["quantity"],
        "nodes": [{**node, "stations": node["assignedStations"]} for node in document["nodes"]],
    }
