"""Tests of the running world over HTTP, with plans that they delete."""

import unittest
from typing import Any, ClassVar

from hermetic.kit.command import request
from hermetic.mes_sql.selftest.rules import body
from hermetic.mes_sql.world import World

PLANS = "/api/mes/production-plans"
TAG = "npm-test"


class EndToEnd(unittest.TestCase):
    """Green, from a plan to its production."""

    world: ClassVar[World]

    @classmethod
    def setUpClass(cls) -> None:
        cls.world = World.find()

    def call(self, method: str, path: str, content: Any = None) -> tuple[int, Any]:
        login = {"Authorization": f"Bearer {self.world.token}"}
        return request(method, f"{self.world.green_url}{path}", content, headers=login)

    def create(self) -> str:
        status, answer = self.call("POST", PLANS, body(tag=TAG))
        assert status == 201, answer
        name: str = answer["plan"]["id"]
        self.addCleanup(self.call, "DELETE", f"{PLANS}/{name}")
        return name

    def test_a_plan_is_created_and_read(self) -> None:
        name = self.create()
        status, answer = self.call("GET", f"{PLANS}/{name}")
        assert (status, len(answer["plan"]["nodes"])) == (200, 1)

    def test_a_plan_goes_to_production(self) -> None:
        name = self.create()
        for step in ("released", "production"):
            status, answer = self.call("PUT", f"{PLANS}/{name}", {"status": step})
            assert (status, answer.get("plan", {}).get("status")) == (200, step)

    def test_an_invalid_plan_is_refused(self) -> None:
        assert self.call("POST", PLANS, body(quantity=0))[0] == 400

    def test_master_data_is_listed(self) -> None:
        for name in ("operations", "stations", "substations", "workers"):
            assert self.call("GET", f"/api/mes/{name}")[0] == 200


class Planted(unittest.TestCase):
    """What the fault `product-test-fails` adds."""

    def test_a_stream_survives_a_lost_connection(self) -> None:
        self.fail("connection lost")
