"""Sample plans in both shapes, for scenarios that create one. Nothing here knows a stand-in."""

from typing import Any

from gonogo import units

Document = dict[str, Any]
Step = dict[str, Any]

_OLD_NAMES = {"nominalTime": "time", "requiredSkills": "skills"}


def step(
    number: int,
    operation: str,
    minutes: float,
    *,
    efficiency: float | None = None,
    material: tuple[str, float] | None = None,
) -> Step:
    """Return one canonical process step that waits for the one before it.

    Args:
        number: Its place, from 1; its id is N<number>.
        operation: Id of the operation, such as OP-CUT.
        minutes: Nominal time.
        efficiency: A ratio in (0, 1] of this step's own; None leaves it to the operation.
        material: Code and amount for one unit of the plan.
    """
    inputs = [{"materialCode": material[0], "quantityPerUnit": material[1]}] if material else []
    made = {
        "id": f"N{number}",
        "operationId": operation,
        "nominalTime": minutes,
        "requiredSkills": ["general"],
        "predecessors": [f"N{number - 1}"] if number > 1 else [],
        "materialInputs": inputs,
    }
    return made if efficiency is None else {**made, "efficiency": efficiency}


def plan(*steps: Step, quantity: int = 10, defect_rate: float = 0.05) -> Document:
    """Return a plan in canonical shape; without steps it cuts, welds and packs, and the first two take material."""
    usual = (
        step(1, "OP-CUT", 20, material=("MAT-STEEL", 1.5)),
        step(2, "OP-WELD", 30, material=("MAT-WIRE", 0.2)),
        step(3, "OP-PACK", 10),
    )
    nodes = list(steps or usual)
    return {"name": "Sample", "quantity": quantity, "defectRate": defect_rate, "nodes": nodes}


def from_table(table: list[list[str]]) -> Document:
    """Return a plan from a table of a feature: "operation", "nominal time" in minutes and "efficiency" in percent."""
    head, *rows = table
    cells = [dict(zip(head, row, strict=True)) for row in rows]
    steps = [
        step(
            number,
            cell["operation"],
            units.duration(cell["nominal time"]).total_seconds() / 60,
            efficiency=units.ratio(cell["efficiency"]),
        )
        for number, cell in enumerate(cells, 1)
    ]
    return plan(*steps)


def old_shape(plan: Document) -> Document:
    """Return the plan as it was written before the change: an execution graph with the old field names, no nodes."""
    graph = [{_OLD_NAMES.get(name, name): value for name, value in node.items()} for node in plan["nodes"]]
    return {**{name: value for name, value in plan.items() if name != "nodes"}, "executionGraph": graph}
