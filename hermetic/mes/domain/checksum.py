"""A checksum of what a plan *means*, equal for both shapes of its steps.

A faithful migration changes no checksum: names of fields, their order, and the times that enrichment adds do not count.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from hermetic.mes.domain.nodes import Document, Step, convert_graph

Reading = Literal["served", "nodes", "executionGraph"]


def normalised(node: Step) -> dict[str, Any]:
    """Return the meaning of a canonical node: what is done, how long, by whom, after what, from which materials."""
    inputs = sorted((m["materialCode"], float(m["quantityPerUnit"])) for m in node.get("materialInputs", []))
    efficiency = node.get("efficiency")
    return {
        "id": node.get("id"),
        "operation": node.get("operationId"),
        "minutes": float(node.get("nominalTime") or 0),
        "skills": sorted(node.get("requiredSkills") or []),
        "after": sorted(node.get("predecessors") or []),
        "efficiency": None if efficiency is None else float(efficiency),
        "materials": inputs,
    }


def steps_of(plan: Document, reading: Reading) -> list[Step]:
    """Return the steps to read: nodes, the graph, or (served) nodes where there are any and else the graph."""
    nodes, graph = plan.get("nodes") or [], convert_graph(plan.get("executionGraph") or [])
    return {"nodes": nodes, "executionGraph": graph, "served": nodes or graph}[reading]


def plan_checksum(plan: Document, reading: Reading = "served") -> str:
    """Return the SHA-256 of a plan's meaning: its quantity, expected defects and process steps in order."""
    meaning = {
        "quantity": float(plan.get("quantity") or 0),
        "defects": float(plan.get("defectRate") or 0),
        "steps": [normalised(step) for step in steps_of(plan, reading)],
    }
    return hashlib.sha256(json.dumps(meaning, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def checksums(plans: Iterable[Document], reading: Reading = "served") -> dict[str, str]:
    """Return the checksum of each plan by its id, in the order of ids."""
    by_plan = {str(plan["id"]): plan_checksum(plan, reading) for plan in plans}
    return dict(sorted(by_plan.items()))


def total(by_plan: Mapping[str, str]) -> str:
    """Return one checksum over all plans and their ids."""
    return hashlib.sha256(
        "\n".join(f"{name} {digest}" for name, digest in sorted(by_plan.items())).encode()
    ).hexdigest()
