"""The stand-in as the keeper sees it: asleep until somebody knocks, and nothing left when it ends."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from docflow_socket import heard
from docflow_world import ADMIN, Docflow, until
from psycopg import sql
from standing import answer, children, descendants, gone, start

from hermetic.kit.databases import drop_database
from hermetic.kit.home import Home

PACKAGE = "hermetic.docflow"


@pytest.fixture
def description(docflow: Docflow, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A world of its own, with a database beside the other world's."""
    known = vars(docflow.world)
    name = f"{known['database']}_{os.urandom(3).hex()}"
    told = {field.name: known[field.name] for field in fields(Home)} | {"directory": str(tmp_path), "database": name}
    with docflow.world.connect() as owner:
        owner.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
        yield told
        for (database,) in owner.execute("select datname from pg_database where starts_with(datname, %s)", [name]):
            drop_database(owner, database)


def other_world(docflow: Docflow, ready: dict[str, Any]) -> Docflow:
    return Docflow({**docflow.variables, **ready["variables"]}, docflow.session)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
@pytest.mark.parametrize("end", ["stdin", "kill"])
def test_it_sleeps_until_somebody_knocks_and_everything_ends_with_it(
    docflow: Docflow, description: dict[str, Any], end: str
) -> None:
    process = start(PACKAGE, description)
    ready = answer(process)
    assert ready["ready"] is True, ready
    assert children(process.pid) == []
    with docflow.world.connect() as owner:
        made = owner.execute("select 1 from pg_database where datname = %s", [ready["variables"]["DOCFLOW_DB_NAME"]])
        assert made.fetchone() is None
    assert other_world(docflow, ready).get("/health", "router")["status"] == "ok"
    assert other_world(docflow, ready).control("GET", "/state")["state"] == "staging"
    below = descendants(process.pid)
    assert len(below) >= 6
    if end == "stdin":
        assert process.stdin is not None
        process.stdin.close()
    else:
        process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert gone(below)


def test_a_sleeping_one_imports_nothing_that_serves() -> None:
    code = "import sys, hermetic.docflow.supervisor; print([m for m in ('uvicorn', 'psycopg') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_our_own_router_and_prometheus_do_as_the_others(docflow: Docflow, description: dict[str, Any]) -> None:
    own = {"GONOGO_BALANCER": "own", "GONOGO_PROMETHEUS": "own"}
    process = start(PACKAGE, description, **own)
    other = other_world(docflow, answer(process))
    assert other.control("GET", "/state")["router"] == "own"
    stranger = {"Authorization": ""}
    for path, status in ((f"{ADMIN}/queue", 403), ("/admin/sign-in", 200), ("/health", 200)):
        assert other.ask("GET", path, port="router", headers=stranger).status_code == status
    assert [one["change"] for one in heard(other.url("router"), other.login, other.upload, 1)] == ["uploaded"]
    assert heard(other.url("router"), {}, lambda: None, 1) == 403
    other.arrange("full")
    assert other.run("canary", "set", "--share=30", **own).returncode == 0
    seen = Counter(other.ask("GET", "/health", port="router").headers["X-Arm"] for _ in range(100))
    assert seen == {"stable": 70, "canary": 30}
    sticky = {"Cookie": "docflow_arm=canary"}
    assert {other.ask("GET", "/health", port="router", headers=sticky).headers["X-Arm"] for _ in range(9)} == {"canary"}
    other.control("POST", "/traffic", {"arm": "canary", "requests": 200})
    done = other.run("rollout", "complete", **own)
    assert done.returncode == 0, done.stdout
    assert process.stdin is not None
    process.stdin.close()
    process.wait(10)


def test_an_instance_that_ends_by_itself_is_started_again(docflow: Docflow) -> None:
    before = docflow.control("GET", "/state")["processes"]["canary"]
    os.kill(before["pid"], signal.SIGKILL)
    deadline = time.monotonic() + 10
    while docflow.control("GET", "/state")["processes"]["canary"]["pid"] == before["pid"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert requests.get(f"{docflow.url('canary')}/health", timeout=10).status_code == 200


def test_an_instance_is_restarted_when_it_is_asked_and_no_other(docflow: Docflow) -> None:
    before = docflow.control("GET", "/state")["processes"]
    after = docflow.control("POST", "/restart", {"name": "stable"})["processes"]
    assert after["stable"]["pid"] != before["stable"]["pid"]
    assert after["canary"]["pid"] == before["canary"]["pid"]
    reply = docflow.session.post(
        docflow.variables["DOCFLOW_CONTROL_URL"] + "/restart", json={"name": "prometheus"}, timeout=5
    )
    assert (reply.status_code, "known are edge, stable, canary" in reply.json()["error"]) == (500, True)


def asked_ports(docflow: Docflow, path: str) -> list[str]:
    """Return which ports were asked for a path, in the order of their names."""
    return sorted(line["port"] for line in docflow.control("GET", "/requests") if line["path"].startswith(path))


def test_requests_are_logged_with_their_port_and_without_secrets(docflow: Docflow) -> None:
    docflow.control("DELETE", "/requests")
    docflow.get(f"{ADMIN}/audit", "router")
    docflow.edge()
    until(lambda: len(asked_ports(docflow, f"{ADMIN}/audit")) == 2)  # nginx writes its line after the reply
    assert asked_ports(docflow, f"{ADMIN}/audit") in (["canary", "router"], ["router", "stable"])
    assert asked_ports(docflow, "/config") == ["edge"]
    assert docflow.variables["DOCFLOW_TOKEN"] not in str(docflow.control("GET", "/requests"))


def test_a_world_that_cannot_be_read_is_answered_with_a_remedy() -> None:
    process = start(PACKAGE, {"index": 0})
    reply = answer(process)
    assert (reply["ready"], process.wait(10)) == (False, 3)
    assert "description of the world" in reply["error"]


def test_the_reader_only_reads(docflow: Docflow) -> None:
    assert docflow.rows("select count(*) from docflow.documents")
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        docflow.rows("delete from docflow.documents")
