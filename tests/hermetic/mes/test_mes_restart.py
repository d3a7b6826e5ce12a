"""Restarts: what reaches the new process, and that nobody is refused meanwhile."""

import os
import signal
import threading
import time

import requests
from mes_world import Mes

CANONICAL = "FEATURE_USE_CANONICAL_NODES"
PLANS = "/api/mes/production-plans"


def canonical(mes: Mes) -> bool:
    value: bool = mes.get("/health")["flags"]["USE_CANONICAL_NODES"]
    return value


def test_a_flag_takes_effect_at_the_restart_and_not_before(mes: Mes) -> None:
    mes.arrange("legacy")
    mes.run("set_flag", CANONICAL, "true")
    assert not canonical(mes)
    before = mes.run("pm2", "list").stdout
    assert mes.run("pm2", "restart", "burkol-backend").returncode == 0
    assert canonical(mes)
    assert mes.run("pm2", "list").stdout != before
    assert f"{CANONICAL}=true" in mes.log().splitlines()[-1]


def test_an_exported_variable_reaches_the_server_only_with_update_env(mes: Mes) -> None:
    mes.arrange("migrated")
    mes.run("pm2", "restart", "burkol-backend", **{CANONICAL: "false"})
    assert canonical(mes)
    mes.run("pm2", "restart", "burkol-backend", "--update-env", **{CANONICAL: "false"})
    assert not canonical(mes)
    mes.arrange("migrated")
    assert canonical(mes)


def test_an_unknown_service_is_not_restarted(mes: Mes) -> None:
    done = mes.run("pm2", "restart", "burkol-frontend")
    assert (done.returncode, "not found" in done.stdout) == (1, True)


def test_requests_wait_for_a_restart_instead_of_failing(mes: Mes) -> None:
    mes.arrange("legacy")
    stop, answers = threading.Event(), list[str]()

    def ask() -> None:
        while not stop.is_set():
            try:
                answers.append(str(requests.get(mes.variables["MES_URL"] + "/health", timeout=20).status_code))
            except requests.RequestException as error:
                answers.append(str(error))

    asking = [threading.Thread(target=ask) for _ in range(3)]
    for one in asking:
        one.start()
    for _ in range(10):
        assert mes.control("POST", "/restart", {"update_env": None}).status_code == 200
    stop.set()
    for one in asking:
        one.join(20)
    assert set(answers) == {"200"}


def test_a_killed_server_is_started_again(mes: Mes) -> None:
    mes.arrange("legacy")
    pid = mes.control("GET", "/process").json()["pid"]
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while mes.control("GET", "/process").json()["pid"] == pid and time.monotonic() < deadline:
        time.sleep(0.05)
    assert mes.get("/health")["status"] == "ok"


def test_a_rollback_of_the_flag_keeps_edits_and_is_recorded(mes: Mes) -> None:
    mes.arrange("migrated")
    node = {"id": "N1", "operationId": "OP-CUT", "nominalTime": 77, "requiredSkills": ["cutting"]}
    mes.ask("PUT", f"{PLANS}/PLAN-1224-001", {"nodes": [node]})
    mes.run("set_flag", CANONICAL, "false")
    mes.run("pm2", "restart", "burkol-backend")
    plan = mes.get(f"{PLANS}/PLAN-1224-001")["plan"]
    assert (plan["nodesUsed"], [one["nominalTime"] for one in plan["nodes"]]) == ("executionGraph", [77])
    assert mes.rows("select count(*) from mes.events where kind = 'rollback'") == [(1,)]
    assert "Using executionGraph (feature flag disabled)" in mes.log()


def test_the_literal_plan_serves_a_stale_graph_after_a_rollback(mes: Mes) -> None:
    mes.arrange("migrated")
    mes.plant("stale-execution-graph")
    mes.ask(
        "PUT",
        f"{PLANS}/PLAN-1224-001",
        {"nodes": [{"id": "N1", "operationId": "OP-CUT", "nominalTime": 77, "requiredSkills": []}]},
    )
    mes.run("set_flag", CANONICAL, "false")
    mes.run("pm2", "restart", "burkol-backend")
    assert len(mes.get(f"{PLANS}/PLAN-1224-001")["plan"]["nodes"]) == 5


def test_a_server_that_does_not_come_up_is_started_again_and_nothing_else_ends(mes: Mes) -> None:
    mes.arrange("legacy")
    schema = mes.path("repository") / "server" / "models" / "ProductionPlanSchema.json"
    kept = schema.read_bytes()
    schema.write_text("no JSON", encoding="utf-8")
    try:
        reply = mes.control("POST", "/restart", {"update_env": None})
        assert (reply.status_code, "did not start" in reply.text) == (500, True)
    finally:
        schema.write_bytes(kept)
    assert mes.get("/health")["flags"]["USE_CANONICAL_NODES"] is False
    assert mes.control("GET", "/process").json()["restarts"] > 0
