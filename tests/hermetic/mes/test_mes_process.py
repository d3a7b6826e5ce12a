"""The stand-in as the keeper sees it: one ready line, and nothing left when it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from mes_world import ROOT, Mes
from psycopg import sql

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}
WORLD = ("index", "postgres_host", "postgres_port", "owner", "owner_password", "reader", "reader_password")
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
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def start(description: Any) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "hermetic.mes", "up"],
        env=ENVIRONMENT,
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(f"{json.dumps(description)}\n")
    process.stdin.flush()
    return process


def answer(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line: dict[str, Any] = json.loads(process.stdout.readline())
    return line


def gone(pids: list[int]) -> bool:
    """Tell whether processes end within some seconds; a zombie has ended."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
@pytest.mark.parametrize("end", ["stdin", "kill"])
def test_everything_ends_with_the_stand_in(description: dict[str, Any], end: str) -> None:
    process = start(description)
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
    process.wait(10)
    assert gone(below)


@pytest.mark.parametrize("description", [{}, [], {"index": 0}, "nonsense"], indirect=False)
def test_a_world_that_cannot_be_read_is_answered_with_a_remedy(description: Any) -> None:
    process = start(description)
    reply = answer(process)
    assert (reply["ready"], process.wait(10)) == (False, 3)
    assert "description of the world" in reply["error"]
    assert reply["remedy"]


def test_a_database_that_is_not_there_is_answered_with_a_remedy(description: dict[str, Any]) -> None:
    process = start({**description, "database": "no_such_database"})
    reply = answer(process)
    assert (reply["ready"], process.wait(20)) == (False, 3)
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
