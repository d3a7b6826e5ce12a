"""A running world of the stand-in, as its tests speak to it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from served_world import ServedWorld

from hermetic.kit.planted import Planted
from hermetic.mes_sql.world import World

GREEN = "burkol-api-green"
PLANS = "/api/mes/production-plans"


@dataclass(frozen=True)
class Build(ServedWorld):
    """A running world, and what its tests make in it."""

    PREFIX, PACKAGE, MAIN, PORT = "MES_SQL", "hermetic.mes_sql", "green", "green"

    @property
    def world(self) -> World:
        return World.find(self.variables)

    def create(self, *, port: str = "green", **changes: Any) -> dict[str, Any]:
        reply = self.ask("POST", PLANS, plan_body(**changes), port=port)
        assert reply.status_code == 201, reply.text
        answer: dict[str, Any] = reply.json()
        return answer

    def step(self, plan: str, status: str, port: str = "green") -> int:
        return self.ask("PUT", f"{PLANS}/{plan}", {"status": status}, port=port).status_code

    @contextmanager
    def planted(self, fault: str, restart: str = "") -> Iterator[None]:
        """Plant a fault by its file, which is what the servers read; some read it when they start."""
        faults = Planted(self.world.faults_file)
        faults.plant(fault)
        try:
            if restart:
                self.control("POST", "/restart", {"name": restart})
            yield
        finally:
            faults.clear()
            if restart:
                self.control("POST", "/restart", {"name": restart})

    def count(self, query: Any, *values: Any, database: str = "DB_NAME") -> int:
        return int(self.rows(query, *values, database=database)[0][0])


def node(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "nodeId": f"N{number}",
        "name": f"Step {number}",
        "operationId": "OP-CUT",
        "nominalTime": 10,
        "predecessors": [f"N{number - 1}"] if number > 1 else [],
        "assignedStations": [{"stationId": "ST-001", "priority": 2}, {"stationId": "ST-002", "priority": 1}],
        "materialInputs": [{"materialCode": "MAT-BOLT", "requiredQuantity": 1.5}],
        **changes,
    }


def plan_body(**changes: Any) -> dict[str, Any]:
    return {"orderCode": "WO-TEST", "quantity": 5, "tag": "tests", "nodes": [node(1), node(2)], **changes}


def until(holds: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Wait until something holds; tell whether it did."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def seconds(work: Callable[[], Any]) -> float:
    """Return how long something takes, in seconds."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def quickest(work: Callable[[], Any], tries: int = 10) -> float:
    """Return the seconds of the quickest try, which a busy machine does not change much."""
    return min(seconds(work) for _ in range(tries))
