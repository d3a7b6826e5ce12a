"""The stand-in as the keeper sees it: one ready line, nothing left when it ends; and a balancer without nginx."""

import os
import signal
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
from build_world import Build
from listening import Listener
from psycopg import sql
from standing import PATIENCE_S, answer, descendants, gone, start

from hermetic.kit.databases import drop_database
from hermetic.kit.home import Home


@pytest.fixture
def description(build: Build, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A world of its own, with databases beside the other world's."""
    known = vars(build.world)
    name = f"{known['database']}_{os.urandom(3).hex()}"
    told = {field.name: known[field.name] for field in fields(Home)} | {"directory": str(tmp_path), "database": name}
    with build.world.connect() as owner:
        owner.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
        yield told
        for (database,) in owner.execute("select datname from pg_database where starts_with(datname, %s)", [name]):
            drop_database(owner, database)


PACKAGE = "hermetic.mes_sql"


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
@pytest.mark.parametrize("end", ["stdin", "kill"])
def test_everything_ends_with_the_stand_in(description: dict[str, Any], end: str) -> None:
    process = start(PACKAGE, description)
    ready = answer(process)
    assert ready["ready"] is True, ready
    below = descendants(process.pid)
    assert len(below) >= 5
    if end == "stdin":
        assert process.stdin is not None
        process.stdin.close()
    else:
        process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE_S)
    assert gone(below)


def test_our_own_balancer_shares_and_streams_as_nginx_does(description: dict[str, Any], build: Build) -> None:
    process = start(PACKAGE, description, GONOGO_BALANCER="own")
    ready = answer(process)
    assert ready["ready"] is True, ready
    other = Build({**build.variables, **ready["variables"]}, build.session)
    assert other.control("GET", "/state")["balancer"] == "own"
    assert other.run("balancer", "set", "--blue=70", "--green=30", GONOGO_BALANCER="own").returncode == 0
    seen = Counter(other.ask("GET", "/health", port="balancer").headers["X-Colour"] for _ in range(100))
    assert seen == {"blue": 70, "green": 30}
    other.run("balancer", "set", "--blue=out", "--green=1", GONOGO_BALANCER="own")
    listener = Listener(other, port="balancer")
    assert listener.hears(other.create(port="balancer")["plan"]["id"])
    other.control("POST", "/cut-streams")
    listener.close()
    assert "configuration read" in Path(other.variables["MES_SQL_BALANCER_LOG"]).read_text(encoding="utf-8")
    assert process.stdin is not None
    process.stdin.close()
    process.wait(PATIENCE_S)


def test_a_server_that_ends_by_itself_is_started_again(build: Build) -> None:
    before = build.control("GET", "/state")["processes"]["burkol-api-blue"]
    os.kill(before["pid"], signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_S
    while build.control("GET", "/state")["processes"]["burkol-api-blue"]["pid"] == before["pid"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert requests.get(f"{build.url('blue')}/health", timeout=10).status_code == 200


def test_a_world_that_cannot_be_read_is_answered_with_a_remedy() -> None:
    process = start(PACKAGE, {"index": 0})
    reply = answer(process)
    assert (reply["ready"], process.wait(PATIENCE_S)) == (False, 3)
    assert "description of the world" in reply["error"]
    assert reply["remedy"]


def test_the_reader_only_reads(build: Build) -> None:
    for database in ("DB_NAME", "TEST_DB_NAME"):
        assert build.rows("select count(*) from mes.mes_workers", database=database)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            build.rows("delete from mes.mes_workers", database=database)
    assert build.rows("select count(*) from pg_stat_statements")
    assert build.rows("select pg_has_role(current_user, 'pg_monitor', 'member')") == [(True,)]
