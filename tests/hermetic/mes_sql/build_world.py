"""A running world of the stand-in, as its tests speak to it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import requests

from hermetic.kit.planted import Planted
from hermetic.mes_sql.world import World

ROOT = Path(__file__).resolve().parents[3]
PLANS = "/api/mes/production-plans"


@dataclass(frozen=True)
class Build:
    """A running world: its variables, and short ways to ask its ports and to run its commands."""

    variables: Mapping[str, str]
    session: requests.Session

    @property
    def world(self) -> World:
        return World.find(self.variables)

    @property
    def login(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.variables['MES_SQL_TOKEN']}"}

    def url(self, port: str = "green") -> str:
        middle = "" if port == "green" else f"{port.upper()}_"
        return self.variables[f"MES_SQL_{middle}URL"]

    def ask(self, method: str, path: str, body: Any = None, *, port: str = "green", **more: Any) -> requests.Response:
        """Ask a port, with the login."""
        return self.session.request(
            method, self.url(port) + path, json=body, headers={**self.login, **more.pop("headers", {})}, timeout=20
        )

    def get(self, path: str, port: str = "green") -> Any:
        reply = self.ask("GET", path, port=port)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def create(self, *, port: str = "green", **changes: Any) -> dict[str, Any]:
        reply = self.ask("POST", PLANS, plan_body(**changes), port=port)
        assert reply.status_code == 201, reply.text
        answer: dict[str, Any] = reply.json()
        return answer

    def step(self, plan: str, status: str, port: str = "green") -> int:
        return self.ask("PUT", f"{PLANS}/{plan}", {"status": status}, port=port).status_code

    def control(self, method: str, path: str, body: Any = None) -> Any:
        reply = self.session.request(method, self.url("control") + path, json=body, timeout=60)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def arrange(self, state: str, **parameters: Any) -> None:
        self.control("POST", "/arrange", {"state": state, **parameters})

    @contextmanager
    def planted(self, fault: str, restart: str = "") -> Iterator[None]:
        """Plant a fault by its file, which is what the servers read; some read it when they start."""
        faults = Planted(self.world.faults_file)
        faults.plant(fault)
        try:
            if restart:
                self.control("POST", "/restart", {"name": restart})
            yield
        finally:
            faults.clear()
            if restart:
                self.control("POST", "/restart", {"name": restart})

    def run(self, command: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m hermetic.mes_sql.COMMAND` from a directory that is not the checkout."""
        environment = {**os.environ, **self.variables, "PYTHONPATH": str(ROOT), **variables}
        words = [sys.executable, "-m", f"hermetic.mes_sql.{command}", *arguments]
        return subprocess.run(words, env=environment, cwd="/", capture_output=True, text=True, timeout=60, check=False)

    def rows(self, query: Any, *values: Any, database: str = "DB_NAME") -> list[tuple[Any, ...]]:
        """Query a database as its reader."""
        options: dict[str, Any] = {
            option: self.variables[f"MES_DB_{name}"]
            for option, name in {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}.items()
        }
        with psycopg.connect(**options, dbname=self.variables[f"MES_SQL_{database}"]) as connection:
            return connection.execute(query, values).fetchall()

    def count(self, query: Any, *values: Any, database: str = "DB_NAME") -> int:
        return int(self.rows(query, *values, database=database)[0][0])


def node(number: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "nodeId": f"N{number}",
        "name": f"Step {number}",
        "operationId": "OP-CUT",
        "nominalTime": 10,
        "predecessors": [f"N{number - 1}"] if number > 1 else [],
        "assignedStations": [{"stationId": "ST-001", "priority": 2}, {"stationId": "ST-002", "priority": 1}],
        "materialInputs": [{"materialCode": "MAT-BOLT", "requiredQuantity": 1.5}],
        **changes,
    }


def plan_body(**changes: Any) -> dict[str, Any]:
    return {"orderCode": "WO-TEST", "quantity": 5, "tag": "tests", "nodes": [node(1), node(2)], **changes}


def until(holds: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Wait until something holds; tell whether it did."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return holds()
