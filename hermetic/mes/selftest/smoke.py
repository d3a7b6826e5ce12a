"""The smoke tests: is it up, can a plan be made, launched, started, completed and removed again? A second or less."""

import json
import unittest
from typing import Any

from hermetic.kit.log import timestamp
from hermetic.kit.planted import Planted as Faults
from hermetic.mes.selftest.integration import WorldCase, plan_body
from hermetic.mes.world import World


class Smoke(WorldCase):
    """The shortest way through the product."""

    def test_health_is_good(self) -> None:
        status, answer = self.call("GET", "/health")
        assert (status, answer["status"]) == (200, "ok")

    def test_stored_plans_can_be_read(self) -> None:
        status, answer = self.call("GET", "/api/mes/production-plans?limit=3")
        assert status == 200
        for plan in answer["plans"]:
            status, one = self.call("GET", f"/api/mes/production-plans/{plan['id']}")
            assert status == 200
            assert one["plan"]["nodes"]

    def test_a_plan_goes_all_the_way(self) -> None:
        assignment = self.launch(self.create(plan_body(2)))[0]
        for action in ("start", "complete"):
            status, answer = self.call("POST", f"/api/mes/assignments/{assignment['id']}/{action}")
            assert status == 200, answer


class Untidy(WorldCase):
    """What the fault `smoke-test-leaves-plans` adds."""

    def test_a_plan_is_created(self) -> None:
        _, answer = self.call("POST", "/api/mes/production-plans", plan_body())
        assert "plan" in answer


class Planted(unittest.TestCase):
    """What the fault `smoke-test-fails` adds."""

    def test_reports_are_printed(self) -> None:
        self.fail("no printer")


def remember(world: World, passed: bool) -> None:
    """Keep the outcome, for the migration's execution report."""
    (world.directory / "last-smoke.json").write_text(
        json.dumps({"at": timestamp(), "passed": passed}), encoding="utf-8"
    )


def extra_cases(faults: Faults) -> list[Any]:
    planted = {"smoke-test-leaves-plans": Untidy, "smoke-test-fails": Planted}
    return [case for name, case in planted.items() if name in faults]
