"""Seeded plans: PPL-0125-001 onwards, spread over January 2025, in all three states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Literal

from hermetic.kit.factory import MATERIAL_OF, ROUTE
from hermetic.mes_sql.seeding.master import Size, Station, Worker

JANUARY = datetime(2025, 1, 1, 6, tzinfo=UTC)
MONTH = timedelta(days=30)
PRODUCTION_EACH = 25  # PPL-0125-001, -026 and so on are in production
Status = Literal["draft", "released", "production"]


@dataclass(frozen=True)
class Node:
    """A node of a seeded plan; `number` is its id in the table."""

    number: int
    node_id: str
    operation: str
    nominal_time: int
    sequence: int
    stations: tuple[str, ...]
    materials: Mapping[str, Decimal]
    predecessors: tuple[int, ...]
    worker: str | None

    @property
    def name(self) -> str:
        return self.operation.removeprefix("OP-").capitalize()


@dataclass(frozen=True)
class Plan:
    """A seeded plan with its nodes, in their order."""

    id: str
    order: str
    status: Status
    quantity: int
    created_at: datetime
    nodes: tuple[Node, ...]

    @property
    def consumed(self) -> bool:
        return self.status != "draft"


def plan_id(number: int) -> str:
    return f"PPL-0125-{number:03d}"


def status_of(number: int) -> Status:
    if number % PRODUCTION_EACH == 1:
        return "production"
    return "released" if number % 4 == 0 else "draft"


def plans(size: Size, stations: Sequence[Station], workers: Sequence[Worker]) -> list[Plan]:
    """Return the plans, oldest first; the second one has no nodes yet."""
    made: list[Plan] = []
    first = 1
    for number in range(1, size.plans + 1):
        count = 0 if number == 2 else 5 if number == 1 else 3 + number % 5
        nodes = tuple(_node(number, position, first + position, stations, workers) for position in range(count))
        first += count
        moment = JANUARY + MONTH * (number - 1) / max(1, size.plans)
        made.append(Plan(plan_id(number), f"WO-{4000 + number}", status_of(number), quantity(number), moment, nodes))
    return made


def quantity(number: int) -> int:
    return 10 + (number * 7) % 40


def _node(number: int, position: int, row: int, stations: Sequence[Station], workers: Sequence[Worker]) -> Node:
    """Return a node of a chain; the third node waits for the first only, the fourth for the two before it."""
    operation = ROUTE[(number + position) % len(ROUTE)]
    able = [station.id for station in stations if operation in station.operations]
    places = tuple(able[(number + position + step) % len(able)] for step in range(min(2, len(able))))
    material = MATERIAL_OF.get(operation)
    amount = {material[0]: Decimal(str(material[1])) * quantity(number)} if material else {}
    before = {0: (), 1: (1,), 2: (2,), 3: (2, 1)}.get(position, (1,))
    return Node(
        number=row,
        node_id=f"N{position + 1}",
        operation=operation,
        nominal_time=10 + (number * 3 + position * 7) % 50,
        sequence=position + 1,
        stations=tuple(dict.fromkeys(places)),
        materials=amount,
        predecessors=tuple(row - step for step in before),
        worker=_worker(number, position, workers) if status_of(number) != "draft" else None,
    )


def _worker(number: int, position: int, workers: Sequence[Worker]) -> str:
    """Return who works on a node. The first worker is never busy, so that ST-001 always has somebody idle."""
    if status_of(number) == "production":
        return workers[1 + (number // PRODUCTION_EACH + position % 2 * 4) % (len(workers) - 1)].id
    return workers[(number + position) % len(workers)].id
