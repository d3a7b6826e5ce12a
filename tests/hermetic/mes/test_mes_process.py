"""The stand-in as the keeper sees it: one ready line, and nothing left when it ends."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from mes_world import Mes
from psycopg import sql
from standing import ENVIRONMENT, PATIENCE_S, answer, children, gone, start

from hermetic.kit.databases import drop_database

PACKAGE = "hermetic.mes"
WORLD = ("index", "postgres_host", "postgres_port", "template", "owner", "owner_password", "reader", "reader_password")
REST = ("redis_host", "redis_port", "redis_password", "profile", "release")


@pytest.fixture
def description(running: Mes, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """A world of its own, in a fresh database beside the other world's."""
    known = json.loads(running.path("world.json").read_text(encoding="utf-8"))
    options = {"host": known["postgres_host"], "port": known["postgres_port"]}
    owner = {"dbname": known["database"], "user": known["owner"], "password": known["owner_password"]}
    name = f"{known['database']}_second"
    with psycopg.connect(**options, **owner, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
        yield {field: known[field] for field in WORLD + REST} | {
            "directory": str(tmp_path),
            "database": name,
            "redis_db": 9,
        }
        drop_database(connection, name)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
@pytest.mark.parametrize("end", ["stdin", "kill"])
def test_everything_ends_with_the_stand_in(description: dict[str, Any], end: str) -> None:
    process = start(PACKAGE, description)
    ready = answer(process)
    assert ready["ready"] is True
    assert requests.get(ready["variables"]["MES_URL"] + "/health", timeout=10).status_code == 200
    assert Path(ready["request_log"]).is_file()
    below = children(process.pid)
    assert len(below) == 2
    if end == "stdin":
        assert process.stdin is not None
        process.stdin.close()
    else:
        process.send_signal(signal.SIGKILL)
    process.wait(PATIENCE_S)
    assert gone(below)


@pytest.mark.parametrize("description", [{}, [], {"index": 0}, "nonsense"], indirect=False)
def test_a_world_that_cannot_be_read_is_answered_with_a_remedy(description: Any) -> None:
    process = start(PACKAGE, description)
    reply = answer(process)
    assert (reply["ready"], process.wait(PATIENCE_S)) == (False, 3)
    assert "description of the world" in reply["error"]
    assert reply["remedy"]


def test_a_database_that_is_not_there_is_answered_with_a_remedy(description: dict[str, Any]) -> None:
    process = start(PACKAGE, {**description, "database": "no_such_database"})
    reply = answer(process)
    assert (reply["ready"], process.wait(PATIENCE_S)) == (False, 3)
    assert "no_such_database" in reply["error"]


def test_other_arguments_are_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hermetic.mes", "down"],
        env=ENVIRONMENT,
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "usage" in done.stderr
