"""The rule for a node without a worker: the first idle worker by id who has its operation and one of its stations."""

from collections.abc import Iterable, Mapping
from typing import Any

Document = Mapping[str, Any]


def expected(nodes: Iterable[Document], workers: Iterable[Document]) -> dict[str, str | None]:
    """Return the worker whom the rule picks for each node, None where nobody fits.

    Args:
        nodes: As they were sent, with `nodeId`, `operationId` and `assignedStations`.
        workers: As the API lists them, before the assignment was made.
    """
    idle = sorted((w for w in workers if w["current_task_plan_id"] is None), key=lambda worker: str(worker["id"]))
    return {node["nodeId"]: next((w["id"] for w in idle if _fits(w, node)), None) for node in nodes}


def _fits(worker: Document, node: Document) -> bool:
    stations = {station["id"] for station in worker["stations"]}
    operations = {operation["id"] for operation in worker["operations"]}
    return node["operationId"] in operations and any(s["stationId"] in stations for s in node["assignedStations"])
