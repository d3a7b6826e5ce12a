"""Reads and writes of both instances, over HTTP and in the database."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from build_world import PLANS, Build, node, plan_body

BOTH = pytest.mark.parametrize("port", ["green", "blue"])
LISTS = ("operations", "stations", "substations", "workers", "worker-assignments", "production-plans")


@BOTH
def test_health_says_who_answers(build: Build, port: str) -> None:
    reply = build.ask("GET", "/health", port=port)
    said = reply.json()
    assert (said["status"], said["colour"], said["checks"]) == ("ok", port, {"store": "ok"})
    assert said["store"] == {"green": "sql", "blue": "firebase"}[port]
    assert (reply.headers["X-Colour"], reply.headers["X-Release"]) == (port, said["release"])
    assert said["pool"]["max"] == (8 if port == "green" else 0)


@pytest.mark.parametrize("name", LISTS)
def test_both_stores_give_the_same_lists(build: Build, name: str) -> None:
    build.arrange("seeded")
    answers = [build.get(f"/api/mes/{name}", port) for port in ("green", "blue")]
    assert answers[0] == answers[1]
    assert len(next(iter(answers[0].values()))) >= 8


@BOTH
def test_master_data_is_sorted_and_whole(build: Build, port: str) -> None:
    for name in ("operations", "stations", "substations", "workers"):
        entries = build.get(f"/api/mes/{name}", port)[name]
        assert [entry["name"] for entry in entries] == sorted(entry["name"] for entry in entries)
        assert [entry["id"] for entry in entries] != sorted(entry["id"] for entry in entries)
    stations = build.get("/api/mes/stations", port)["stations"]
    assert [len(station["operations"]) for station in stations if station["id"] == "ST-020"] == [0]
    busy = [worker for worker in build.get("/api/mes/workers", port)["workers"] if worker["currentTask"]]
    assert busy
    assert all(worker["current_task_plan_id"] == worker["currentTask"]["planId"] for worker in busy)


def test_the_list_is_newest_first_and_counts_nodes_as_text(build: Build) -> None:
    plans = build.get(f"{PLANS}?limit=1000")["plans"]
    assert [plan["created_at"] for plan in plans] == sorted((plan["created_at"] for plan in plans), reverse=True)
    assert all(plan["node_count"] == str(len(plan["nodes"])) for plan in plans)
    assert [plan["nodes"] for plan in plans if plan["id"] == "PPL-0125-002"] == [[]]
    assert build.ask("GET", f"{PLANS}?limit=none").status_code == 400


def test_every_plan_in_detail_is_the_same_in_both_stores_and_one_statement(build: Build) -> None:
    build.control("DELETE", "/requests")
    for number in range(1, 101, 7):
        path = f"{PLANS}/PPL-0125-{number:03d}"
        assert build.get(path) == build.get(path, "blue")
    lines = build.control("GET", "/requests")
    assert {line["statements"] for line in lines if line["port"] == "green"} == {1}
    assert {line["port"] for line in lines} == {"green", "blue", "old_store"}
    assert all(line["headers"].get("authorization", "(hidden)") == "(hidden)" for line in lines)


@BOTH
def test_an_unknown_plan_is_not_found(build: Build, port: str) -> None:
    reply = build.ask("GET", f"{PLANS}/PPL-0125-999", port=port)
    assert (reply.status_code, reply.json()["details"]) == (404, [])


@BOTH
def test_a_plan_lives_from_draft_to_production_and_goes(build: Build, port: str) -> None:
    made = build.create(port=port)
    plan = made["plan"]
    assert [assignment["workerId"] for assignment in made["assignments"]] == ["W-001", "W-001"]
    assert [assignment["stationId"] for assignment in made["assignments"]] == ["ST-002", "ST-002"]
    assert plan["materialSummary"] == [{"materialCode": "MAT-BOLT", "requiredQuantity": 3}]
    assert [one["predecessors"] for one in plan["nodes"]] == [[], ["N1"]]
    assert build.step(plan["id"], "production", port) == 409
    assert build.step(plan["id"], "released", port) == 200
    assert build.step(plan["id"], "production", port) == 200
    workers = {worker["id"]: worker for worker in build.get("/api/mes/workers", port)["workers"]}
    assert workers["W-001"]["currentTask"] == {"planId": plan["id"], "nodeId": "N1"}
    assert build.ask("DELETE", f"{PLANS}/{plan['id']}", port=port).json() == {"deleted": plan["id"]}
    workers = {worker["id"]: worker for worker in build.get("/api/mes/workers", port)["workers"]}
    assert (workers["W-001"]["status"], workers["W-001"]["currentTask"]) == ("idle", None)


def test_a_release_consumes_what_is_needed_and_a_deletion_gives_it_back(build: Build) -> None:
    stock = "select stock from mes_materials where code = 'MAT-BOLT'"
    before = build.rows(stock)[0][0]
    plan = build.create()["plan"]["id"]
    build.step(plan, "released")
    assert before - build.rows(stock)[0][0] == 3
    assert build.rows("select sum(quantity) from mes_material_movements where plan_id = %s", plan) == [(3,)]
    build.ask("DELETE", f"{PLANS}/{plan}")
    assert build.rows(stock)[0][0] == before


def test_too_little_material_stops_a_release(build: Build) -> None:
    needs = [{"materialCode": "MAT-TITAN", "requiredQuantity": 41}]
    plan = build.create(nodes=[node(materialInputs=needs)])["plan"]["id"]
    reply = build.ask("PUT", f"{PLANS}/{plan}", {"status": "released"})
    assert (reply.status_code, reply.json()["details"]) == (409, ["MAT-TITAN: 41 needed, 40 in stock"])
    assert build.get(f"{PLANS}/{plan}")["plan"]["status"] == "draft"


def test_the_audit_of_all_material_agrees(build: Build) -> None:
    query = """
        select m.code from mes_materials m left join mes_material_movements v on v.material_code = m.code
        group by m.code having m.initial_stock - coalesce(sum(v.quantity), 0) <> m.stock
    """
    assert build.rows(query) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"nodes": [node(1), node(2, assignedStations=[{"stationId": "NOT-THERE"}])]},
        {"nodes": [node(1, materialInputs=[{"materialCode": "NOT-THERE", "requiredQuantity": 1}])]},
        {"assignments": [{"nodeId": "N2", "workerId": "NOT-THERE"}]},
    ],
)
def test_a_failure_half_way_leaves_nothing(build: Build, changes: Any) -> None:
    reply = build.ask("POST", PLANS, plan_body(orderCode="WO-HALF", **changes))
    assert reply.status_code == 400
    assert "NOT-THERE" in reply.json()["details"][0]
    assert build.count("select count(*) from mes_production_plans where work_order_code = 'WO-HALF'") == 0


def test_a_refusal_names_every_violation(build: Build) -> None:
    reply = build.ask("POST", PLANS, {"quantity": 0, "nodes": [node(nominalTime=0)]})
    assert (reply.status_code, len(reply.json()["details"])) == (400, 3)


def test_codes_are_unique_under_parallel_creation(build: Build) -> None:
    with ThreadPoolExecutor(10) as pool:
        codes = list(pool.map(lambda _: build.create(nodes=[])["plan"]["id"], range(30)))
    assert len(set(codes)) == 30
    assert all(code.startswith("PPL-") and len(code) == 12 for code in codes)


@BOTH
@pytest.mark.parametrize(
    ("kind", "new", "changes"),
    [
        ("worker", {"stations": ["ST-001"], "operations": ["OP-CUT"]}, {"stations": ["ST-002", "ST-001"]}),
        ("station", {"operations": ["OP-CUT"]}, {"operations": []}),
        ("operation", {}, {"name": "Second"}),
        ("substation", {"stationId": "ST-001"}, {"stationId": "ST-002"}),
    ],
)
def test_master_data_is_created_changed_and_deleted(build: Build, port: str, kind: str, new: Any, changes: Any) -> None:
    path = f"/api/mes/{kind}s"
    created = build.ask("POST", path, {"name": "First", "tag": "tests", **new}, port=port)
    assert created.status_code == 201
    one = f"{path}/{created.json()[kind]['id']}"
    changed = build.ask("PUT", one, changes, port=port).json()[kind]
    for field, value in changes.items():
        said = changed[field]
        assert sorted(entry["id"] for entry in said) == sorted(value) if isinstance(said, list) else said == value
    assert build.ask("DELETE", one, port=port).status_code == 200
    assert build.ask("PUT", one, changes, port=port).status_code == 404


@BOTH
def test_what_has_no_tag_stays(build: Build, port: str) -> None:
    for path in (f"{PLANS}/PPL-0125-003", "/api/mes/workers/W-003", "/api/mes/operations/OP-CUT"):
        assert build.ask("DELETE", path, port=port).status_code == 403


@BOTH
def test_writes_want_a_login_and_reads_do_not(build: Build, port: str) -> None:
    nobody = {"headers": {"Authorization": "Bearer nobody"}}
    assert build.ask("POST", PLANS, plan_body(), port=port, **nobody).status_code == 401
    assert build.ask("DELETE", f"{PLANS}/PPL-0125-003", port=port, **nobody).status_code == 401
    assert build.ask("GET", PLANS, port=port, **nobody).status_code == 200


def test_green_writes_to_both_stores_so_that_blue_has_its_plans(build: Build) -> None:
    plan = build.create()["plan"]["id"]
    build.step(plan, "released")
    assert build.get(f"{PLANS}/{plan}", "blue") == build.get(f"{PLANS}/{plan}")
    mine, theirs = (build.get(f"/api/mes/worker-assignments?planId={plan}", port) for port in ("green", "blue"))
    assert mine == theirs
    build.ask("DELETE", f"{PLANS}/{plan}")
    assert build.ask("GET", f"{PLANS}/{plan}", port="blue").status_code == 404


def test_the_page_of_the_production_floor_is_served(build: Build) -> None:
    page = build.ask("GET", "/production.html")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "new EventSource('/api/mes/stream/plans')" in page.text
