"""One form for plans, wherever they come from: the API, one query, rows put together by hand, the former store.

Numbers are floats, what has no order is sorted, and what only one source knows is left out; the order of nodes stays.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from gonogo.outcome import Missed

Document = dict[str, Any]


def plan(document: Mapping[str, Any]) -> Document:
    """Return a plan in the one form.

    Raises:
        Missed: If a field is missing or is no number where one is due; names plan and field.
    """
    name = str(document.get("id", "a plan without an id"))
    try:
        return {
            "id": document["id"],
            "work_order_code": document["work_order_code"],
            "status": document["status"],
            "quantity": float(document["quantity"]),
            "nodes": [node(one) for one in document["nodes"]],
        }
    except (KeyError, TypeError, ValueError) as error:
        raise Missed(
            f"{name}: {type(error).__name__} {error} in what was read of it; compare it with the schema"
        ) from None


def node(document: Mapping[str, Any]) -> Document:
    """Return a node in the one form; raises KeyError, TypeError or ValueError where a field is missing or no number."""
    return {
        "nodeId": document["nodeId"],
        "name": document["name"],
        "operationId": document["operationId"],
        "nominalTime": float(document["nominalTime"]),
        "stations": sorted(([s["stationId"], int(s["priority"])] for s in document["stations"]), key=str),
        "materialInputs": sorted(
            ([m["materialCode"], float(m["requiredQuantity"])] for m in document["materialInputs"]), key=str
        ),
        "predecessors": sorted(map(str, document["predecessors"])),
    }


def named(entries: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """Return entries of a list as sorted pairs of id and name."""
    return sorted([str(entry["id"]), str(entry["name"])] for entry in entries)
