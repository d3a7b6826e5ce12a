"""What a client may send: every violation of a body, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from hermetic.mes_sql.server.errors import Refused

Json = dict[str, Any]
STATUSES = ("draft", "released", "production")
NODE_LISTS = ("predecessors", "assignedStations", "materialInputs")


def check_plan(body: Json) -> Json:
    """Return a new plan's body with all its lists there.

    Raises:
        Refused: 400, with every violation.
    """
    nodes = body.get("nodes", [])
    plan = {**body, "nodes": nodes, "assignments": body.get("assignments", [])}
    _refuse_if(list(_plan_violations(plan)))
    plan["nodes"] = [{**{name: [] for name in NODE_LISTS}, **node} for node in nodes]
    return plan


def _plan_violations(plan: Json) -> Iterator[str]:
    if not _text(plan.get("orderCode")):
        yield "orderCode must be a text that is not empty"
    if not _whole(plan.get("quantity"), 1):
        yield "quantity must be a whole number of at least 1"
    if not isinstance(plan["nodes"], list) or not all(isinstance(node, dict) for node in plan["nodes"]):
        yield "nodes must be a list of objects"
        return
    names = [node.get("nodeId") for node in plan["nodes"]]
    for position, node in enumerate(plan["nodes"]):
        yield from _node_violations(f"nodes[{position}]", node, names[:position], names)
    if not isinstance(plan["assignments"], list):
        yield "assignments must be a list"
        return
    for position, assignment in enumerate(plan["assignments"]):
        if not isinstance(assignment, dict) or assignment.get("nodeId") not in names:
            yield f"assignments[{position}].nodeId must name a node of the plan"
        elif not _text(assignment.get("workerId")):
            yield f"assignments[{position}].workerId must be a text that is not empty"


def _node_violations(place: str, node: Json, before: list[Any], names: list[Any]) -> Iterator[str]:
    for field in ("nodeId", "name", "operationId"):
        if not _text(node.get(field)):
            yield f"{place}.{field} must be a text that is not empty"
    if node.get("nodeId") in before:
        yield f"{place}.nodeId {node.get('nodeId')} is there twice"
    if not _number(node.get("nominalTime")):
        yield f"{place}.nominalTime must be > 0"
    lists = {name: node.get(name, []) for name in NODE_LISTS}
    for name, value in lists.items():
        if not isinstance(value, list):
            yield f"{place}.{name} must be a list"
            return
    for name in lists["predecessors"]:
        if name not in before:
            known = "comes later" if name in names else "is no node of the plan"
            yield f"{place}.predecessors: {name} {known}"
    for number, station in enumerate(lists["assignedStations"]):
        if not isinstance(station, dict) or not _text(station.get("stationId")):
            yield f"{place}.assignedStations[{number}].stationId must be a text that is not empty"
        elif not _whole(station.get("priority", 1), 1):
            yield f"{place}.assignedStations[{number}].priority must be a whole number of at least 1"
    for number, material in enumerate(lists["materialInputs"]):
        if not isinstance(material, dict) or not _text(material.get("materialCode")):
            yield f"{place}.materialInputs[{number}].materialCode must be a text that is not empty"
        elif not _number(material.get("requiredQuantity")):
            yield f"{place}.materialInputs[{number}].requiredQuantity must be > 0"


def check_changes(body: Json) -> Json:
    """Return what a plan's update may hold.

    Raises:
        Refused: 400, with every violation.
    """
    known = {"orderCode", "quantity", "status"}
    violations = [f"{name} cannot be changed" for name in sorted(set(body) - known)]
    if "orderCode" in body and not _text(body["orderCode"]):
        violations.append("orderCode must be a text that is not empty")
    if "quantity" in body and not _whole(body["quantity"], 1):
        violations.append("quantity must be a whole number of at least 1")
    if "status" in body and body["status"] not in STATUSES:
        violations.append(f"status must be one of {', '.join(STATUSES)}")
    if not body:
        violations.append("there is nothing to change")
    _refuse_if(violations)
    return body


def check_step(before: str, after: str) -> None:
    """Refuse a step of the status that is not the next one.

    Raises:
        Refused: 409.
    """
    if STATUSES.index(after) - STATUSES.index(before) != 1:
        raise Refused(409, f"A plan cannot go from {before} to {after}", [" → ".join(STATUSES)])


def check_master(body: Json, fields: Mapping[str, str], *, new: bool) -> Json:
    """Return the fields of a worker, station, operation or substation.

    Args:
        fields: Name of each field, and its kind: `text`, `ids` or `status`.
        new: Whether its name is needed.

    Raises:
        Refused: 400, with every violation.
    """
    violations = [f"{name} is not known here" for name in sorted(set(body) - {*fields, "id", "tag"})]
    if new and "name" not in body:
        violations.append("name must be a text that is not empty")
    for name, kind in fields.items():
        if name in body and not _FITS[kind](body[name]):
            violations.append(f"{name} must be {_SAYS[kind]}")
    _refuse_if(violations)
    return body


def _refuse_if(violations: list[str]) -> None:
    if violations:
        raise Refused(400, "Invalid request", violations)


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < 1e9


def _ids(value: object) -> bool:
    return isinstance(value, list) and all(_text(one) for one in value)


def _status(value: object) -> bool:
    return value in ("idle", "busy", "absent")


_FITS = {"text": _text, "ids": _ids, "status": _status}
_SAYS = {"text": "a text that is not empty", "ids": "a list of ids", "status": "idle, busy or absent"}
