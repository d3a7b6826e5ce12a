"""The three integration tests: end to end over HTTP in the running world, with plans that they delete."""

import unittest
from typing import Any, ClassVar

from hermetic.mes.command import request
from hermetic.mes.world import World

TAG = "npm-test"


def plan_body(quantity: int = 4, **node: Any) -> dict[str, Any]:
    first = {"id": "N1", "operationId": "OP-WELD", "nominalTime": 30, "requiredSkills": ["welding"], **node}
    return {"name": "Test plan", "quantity": quantity, "defectRate": 0.05, "tag": TAG, "nodes": [first]}


class WorldCase(unittest.TestCase):
    """A test with a world and plans that are gone afterwards."""

    world: ClassVar[World]

    @classmethod
    def setUpClass(cls) -> None:
        cls.world = World.find()

    def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        return request(method, f"{self.world.url}{path}", body)

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        status, answer = self.call("POST", "/api/mes/production-plans", body)
        assert status == 201, answer
        plan: dict[str, Any] = answer["plan"]
        self.addCleanup(self.call, "DELETE", f"/api/mes/production-plans/{plan['id']}")
        return plan

    def launch(self, plan: dict[str, Any]) -> list[dict[str, Any]]:
        status, answer = self.call("POST", f"/api/mes/production-plans/{plan['id']}/launch")
        assert status == 200, answer
        assignments: list[dict[str, Any]] = answer["assignments"]
        return assignments


class Integration(WorldCase):
    """From a plan to finished work, refusals, and the metrics."""

    def test_a_plan_is_created_launched_started_and_completed(self) -> None:
        assignments = self.launch(self.create(plan_body()))
        assert [one["effectiveTime"] for one in assignments] == [40]
        for action, expected in (("start", "in_progress"), ("complete", "completed")):
            _, answer = self.call("POST", f"/api/mes/assignments/{assignments[0]['id']}/{action}")
            assert answer["assignment"]["status"] == expected

    def test_an_invalid_plan_is_refused_with_every_violation(self) -> None:
        status, answer = self.call("POST", "/api/mes/production-plans", plan_body(0, nominalTime=0))
        assert (status, len(answer["details"])) == (400, 2)

    def test_metrics_are_read(self) -> None:
        status, answer = self.call("GET", "/api/mes/metrics")
        assert (status, len(answer["metrics"])) == (200, 4)


class Planted(unittest.TestCase):
    """What the fault `integration-test-fails` adds."""

    def test_plans_survive_a_lost_connection(self) -> None:
        self.fail("connection lost")
