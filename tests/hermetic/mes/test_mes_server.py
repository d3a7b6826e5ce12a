"""The product port: plans, work, metrics, health."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mes_world import Mes, node, plan_body

PLANS = "/api/mes/production-plans"


@pytest.fixture
def legacy(mes: Mes) -> Mes:
    mes.arrange("legacy_canonical_on")
    return mes


def test_health_tells_release_stores_and_flags_in_force(legacy: Mes) -> None:
    reply = legacy.ask("GET", "/health")
    body = reply.json()
    assert (reply.status_code, reply.headers["X-Release"], body["release"]) == (200, "2.3.0", "2.3.0")
    assert body["checks"] == {"database": "ok", "redis": "ok"}
    assert body["flags"] == {"USE_CANONICAL_NODES": True, "ENABLE_VALIDATION": True}


def test_a_created_plan_is_first_in_the_list_at_once(legacy: Mes) -> None:
    assert legacy.get(PLANS)["total"] == 150
    plan = legacy.create()
    listed = legacy.get(PLANS)
    assert (listed["total"], listed["plans"][0]["id"]) == (151, plan["id"])


def test_an_invalid_plan_is_refused_with_all_violations_and_stores_nothing(legacy: Mes) -> None:
    reply = legacy.ask("POST", PLANS, plan_body(quantity=0, nodes=[node(nominalTime=0)]))
    assert reply.status_code == 400
    assert reply.json() == {
        "error": "Invalid plan schema",
        "details": ["nodes[0].nominalTime must be > 0", "quantity must be > 0"],
    }
    assert "Invalid plan schema: nodes[0].nominalTime" in legacy.log()
    assert legacy.get("/api/mes/metrics")["metrics"]["validation_error_count"] == 1
    assert legacy.get("/api/mes/metrics/totals")["totals"] == {
        **dict.fromkeys(("planLaunches", "assignmentStarts", "assignmentCompletions"), 0),
        "planCreations": 1,
        "plans": 150,
        "plansOnFallback": 150,
    }


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"1"])
def test_a_body_that_is_no_object_is_refused(legacy: Mes, body: bytes) -> None:
    reply = legacy.session.post(legacy.variables["MES_URL"] + PLANS, data=body, timeout=10)
    assert reply.status_code == 400


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "PLAN-0"), ("PUT", "PLAN-0"), ("DELETE", "PLAN-0"), ("POST", "PLAN-0/launch")],
)
def test_an_unknown_plan_is_not_found(legacy: Mes, method: str, path: str) -> None:
    assert legacy.ask(method, f"{PLANS}/{path}", {} if method == "PUT" else None).status_code == 404


def test_a_legacy_plan_is_read_from_its_graph_with_a_deprecation(legacy: Mes) -> None:
    plan = legacy.get(f"{PLANS}/PLAN-1224-001")["plan"]
    assert (plan["nodesUsed"], plan["stored"]) == ("executionGraph", {"nodes": 0, "executionGraph": 5})
    assert [one["nominalTime"] > 0 for one in plan["nodes"]] == [True] * 5
    assert "executionGraph is deprecated: plan PLAN-1224-001" in legacy.log()


def test_an_edit_replaces_only_what_it_names(legacy: Mes) -> None:
    plan = legacy.create()
    edited = legacy.ask("PUT", f"{PLANS}/{plan['id']}", {"nodes": [node(efficiency=0.5)]}).json()["plan"]
    assert (edited["name"], edited["nodes"][0]["effectiveTime"]) == ("Frame", 60)


def test_an_edit_cannot_change_the_identity_of_a_plan(legacy: Mes) -> None:
    plan = legacy.create()
    assert legacy.ask("PUT", f"{PLANS}/{plan['id']}", {"id": "PLAN-X"}).json()["plan"]["id"] == plan["id"]


def test_work_reserves_and_consumes_material(legacy: Mes) -> None:
    steel = {"materialCode": "MAT-STEEL", "quantityPerUnit": 2}
    before = stock(legacy, "MAT-STEEL")
    assignment = legacy.launch(legacy.create(nodes=[node(materialInputs=[steel])])["id"])[0]
    assert (assignment["effectiveTime"], assignment["preProductionReservedAmount"]) == (40, {"MAT-STEEL": 21})
    started = legacy.ask("POST", f"/api/mes/assignments/{assignment['id']}/start").json()
    assert (started["warning"], stock(legacy, "MAT-STEEL")["reserved"]) == (None, 21)
    legacy.ask("POST", f"/api/mes/assignments/{assignment['id']}/complete", {"consumed": {"MAT-STEEL": 20}})
    after = stock(legacy, "MAT-STEEL")
    assert (before["stock"] - after["stock"], after["reserved"]) == (20, 0)


def stock(mes: Mes, code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in mes.get("/api/mes/materials")["materials"] if one["code"] == code)
    return found


def short_assignment(mes: Mes) -> str:
    """Launch a plan that needs more seals than there are."""
    seal = {"materialCode": "MAT-SEAL", "quantityPerUnit": 10}
    assignment: str = mes.launch(mes.create(nodes=[node(materialInputs=[seal])])["id"])[0]["id"]
    return assignment


def test_a_short_stock_is_reserved_in_part_and_the_rest_is_capped(legacy: Mes) -> None:
    name = short_assignment(legacy)
    warning = legacy.ask("POST", f"/api/mes/assignments/{name}/start").json()["warning"]
    assert warning["materials"] == [{"code": "MAT-SEAL", "planned": 105, "reserved": 60, "missing": 45}]
    done = legacy.ask("POST", f"/api/mes/assignments/{name}/complete").json()
    assert (done["capped"], done["assignment"]["consumedAmounts"]) == (True, {"MAT-SEAL": 60})
    assert "Partial reservation" in legacy.log()
    assert "Consumption capped" in legacy.log()
    counters = legacy.get("/api/mes/metrics")["metrics"]
    assert (counters["reservation_mismatch_count"], counters["consumption_capped_count"]) == (1, 1)


@pytest.mark.parametrize(("choice", "status", "reserved"), [("proceed", "in_progress", 60), ("cancel", "pending", 0)])
@pytest.mark.parametrize("at_once", [True, False])
def test_the_operator_decides_on_a_partial_reservation(
    legacy: Mes, choice: str, status: str, reserved: float, at_once: bool
) -> None:
    name = short_assignment(legacy)
    if not at_once:
        legacy.ask("POST", f"/api/mes/assignments/{name}/start")
    decided = legacy.ask("POST", f"/api/mes/assignments/{name}/start", {"onPartial": choice}).json()["assignment"]
    assert (decided["status"], decided["decision"]) == (status, choice)
    assert stock(legacy, "MAT-SEAL")["reserved"] == reserved


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"consumed": {"MAT-STEEL": 1}}, "does not use"),
        ({"consumed": {"MAT-SEAL": -1}}, "at least 0"),
        ({"consumed": 3}, "must map"),
    ],
)
def test_nonsense_consumption_is_refused_and_changes_nothing(legacy: Mes, body: Any, reason: str) -> None:
    name = short_assignment(legacy)
    legacy.ask("POST", f"/api/mes/assignments/{name}/start")
    reply = legacy.ask("POST", f"/api/mes/assignments/{name}/complete", body)
    assert reply.status_code == 400
    assert reason in reply.json()["error"]
    assert stock(legacy, "MAT-SEAL") == {**stock(legacy, "MAT-SEAL"), "stock": 60, "reserved": 60}


def test_nothing_is_done_twice(legacy: Mes) -> None:
    plan = legacy.create()
    name = legacy.launch(plan["id"])[0]["id"]
    codes = [legacy.ask("POST", f"{PLANS}/{plan['id']}/launch").status_code]
    for action in ("start", "complete"):
        codes += [legacy.ask("POST", f"/api/mes/assignments/{name}/{action}").status_code for _ in range(2)]
    assert codes == [409, 200, 409, 200, 409]


def test_deleting_a_tagged_plan_puts_its_material_back(legacy: Mes) -> None:
    before = legacy.get("/api/mes/materials")
    name = short_assignment(legacy)
    legacy.ask("POST", f"/api/mes/assignments/{name}/start")
    legacy.ask("POST", f"/api/mes/assignments/{name}/complete")
    plan_id = legacy.get(f"{PLANS}?limit=1")["plans"][0]["id"]
    assert legacy.ask("DELETE", f"{PLANS}/{plan_id}").json() == {"success": True, "deleted": plan_id}
    assert legacy.get("/api/mes/materials") == before
    assert legacy.get(f"/api/mes/assignments?planId={plan_id}")["assignments"] == []


def test_a_plan_that_no_run_tagged_cannot_be_deleted(legacy: Mes) -> None:
    assert legacy.ask("DELETE", f"{PLANS}/PLAN-1224-001").status_code == 403
    assert legacy.get(PLANS)["total"] == 150


def test_the_run_header_tags_a_plan(legacy: Mes) -> None:
    body = {name: value for name, value in plan_body().items() if name != "tag"}
    plan = legacy.ask("POST", PLANS, body, **{"X-Gonogo-Run": "run-7"}).json()["plan"]
    assert plan["tag"] == "run-7"


def test_ten_plans_can_be_created_and_launched_at_once(legacy: Mes) -> None:
    with ThreadPoolExecutor(10) as threads:
        made = list(threads.map(lambda _: legacy.create(), range(10)))
        launched = list(threads.map(lambda plan: legacy.launch(plan["id"]), made))
    assert len({plan["id"] for plan in made}) == 10
    assert [len(assignments) for assignments in launched] == [1] * 10


def test_metrics_have_the_long_form_and_a_reset_sets_them_to_zero(legacy: Mes) -> None:
    legacy.ask("POST", PLANS, {})
    assert set(legacy.get("/api/mes/metrics")) == {"success", "metrics", "timestamp"}
    assert legacy.ask("POST", "/api/mes/metrics/reset").status_code == 200
    assert set(legacy.get("/api/mes/metrics")["metrics"].values()) == {0}
    assert legacy.get("/api/mes/metrics/totals")["totals"]["planCreations"] == 0


def test_a_fallback_read_after_a_reset_is_counted_once_a_plan(legacy: Mes) -> None:
    legacy.ask("POST", "/api/mes/metrics/reset")
    for _ in range(2):
        legacy.get(f"{PLANS}/PLAN-1224-001")
    assert legacy.get("/api/mes/metrics")["metrics"]["plan_using_executionGraph_count"] == 1


def test_requests_are_logged_without_secrets(legacy: Mes) -> None:
    legacy.control("DELETE", "/requests")
    legacy.ask("GET", "/health?x=1", None, **{"X-Gonogo-Run": "run-7", "Authorization": "Bearer secret"})
    (line,) = legacy.control("GET", "/requests").json()
    assert (line["method"], line["path"], line["status"]) == ("GET", "/health?x=1", 200)
    assert line["headers"] == {"x-gonogo-run": "run-7", "authorization": "(hidden)"}
