"""The seeded plans and materials: made from their number, so that every world and every run has the same.

Plans are PLAN-1224-001 onwards and carry an executionGraph only. 001 has five steps and 002 eight, as in the plan of
the rollout. One in ten is a pilot candidate: a draft, not urgent, under 100 units, three or four steps, materials in
plenty.
"""

from datetime import datetime, timedelta
from typing import Any

from hermetic.kit.factory import MATERIAL_OF, ROUTE
from hermetic.mes.domain.enrichment import OPERATION_SKILLS
from hermetic.mes.domain.nodes import Document, Step

DEFECT_RATE = 0.05
CUSTOMERS = ("Cabinet", "Frame", "Housing", "Bracket", "Console")


def plan_id(number: int) -> str:
    return f"PLAN-1224-{number:03d}"


def is_pilot_candidate(number: int) -> bool:
    return number % 10 == 4


def step_count(number: int) -> int:
    if number <= 2:
        return (5, 8)[number - 1]
    return 3 + (number // 10) % 2 if is_pilot_candidate(number) else 4 + number % 5


def legacy_step(number: int, position: int) -> Step:
    """Return one step of a seeded execution graph; a chain, save that the third step only waits for the first."""
    operation = ROUTE[position]
    material = MATERIAL_OF.get(operation)
    before = [] if position == 0 else [f"N{1 if position == 2 else position}"]
    step: dict[str, Any] = {
        "id": f"N{position + 1}",
        "operationId": operation,
        "name": operation.removeprefix("OP-").capitalize(),
        "time": 10 + (number * 3 + position * 7) % 50,
        "skills": list(OPERATION_SKILLS[operation]),
        "predecessors": before,
        "materialInputs": [{"materialCode": material[0], "quantityPerUnit": material[1]}] if material else [],
    }
    return {**step, "efficiency": 0.7} if (number + position) % 9 == 0 else step


def legacy_plan(number: int, now: datetime) -> Document:
    """Return one seeded plan in the legacy shape, as a document."""
    pilot = is_pilot_candidate(number)
    return {
        "id": plan_id(number),
        "name": f"{CUSTOMERS[number % len(CUSTOMERS)]} series {number}",
        "orderCode": f"ORD-{4000 + number}",
        "status": "released" if number % 5 == 3 else "draft",
        "quantity": 20 + number % 60 if pilot else 100 + (number * 37) % 400,
        "defectRate": DEFECT_RATE,
        "urgent": not pilot and number % 4 == 1,
        "dueDate": (now + timedelta(days=30 + number % 20)).date().isoformat(),
        "executionGraph": [legacy_step(number, position) for position in range(step_count(number))],
        "createdAt": (now - timedelta(days=90) + timedelta(minutes=number)).isoformat(),
    }


def legacy_plans(count: int, now: datetime) -> list[Document]:
    return [legacy_plan(number, now) for number in range(1, count + 1)]
