"""What the tables hold: plans put together by hand from the rows of each table, and the parts of one plan."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from gonogo.target import Target
from systems.mes_sql import canonical

Row = dict[str, Any]
PARTS = ("stations of nodes", "material needs of nodes", "predecessors of nodes")


def part(target: Target, name: str, plan_id: str | None = None) -> list[Row]:
    """Return the rows of one part ("nodes", one of PARTS, "assignments" ...), of one plan or of all."""
    return target.query(name, plan=plan_id)


def plans(target: Target, plan_id: str | None = None) -> list[Row]:
    """Return plans in the canonical form, put together here from five queries, of one plan or of all."""
    nodes = _grouped(part(target, "nodes", plan_id), lambda row: row["plan"])
    stations, materials, predecessors = (_grouped(part(target, name, plan_id), _node) for name in PARTS)
    return [
        canonical.plan(
            {
                **row,
                "nodes": [
                    {
                        "nodeId": node["node"],
                        "name": node["name"],
                        "operationId": node["operation"],
                        "nominalTime": node["nominal_time"],
                        "stations": [
                            {"stationId": s["station"], "priority": s["priority"]} for s in stations[_node(node)]
                        ],
                        "materialInputs": [
                            {"materialCode": m["material"], "requiredQuantity": m["quantity"]}
                            for m in materials[_node(node)]
                        ],
                        "predecessors": [p["predecessor"] for p in predecessors[_node(node)]],
                    }
                    for node in nodes[row["id"]]
                ],
            }
        )
        for row in part(target, "plans", plan_id)
    ]


def without_nodes(target: Target) -> str | None:
    """Return the id of a plan that has no node, or None."""
    having = {row["plan"] for row in part(target, "nodes")}
    return next((row["id"] for row in part(target, "plans") if row["id"] not in having), None)


def _node(row: Row) -> tuple[str, str]:
    return row["plan"], row["node"]


def _grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return groups
