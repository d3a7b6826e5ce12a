"""A running world of the MES stand-in, as its tests speak to it."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import requests

ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Mes:
    """A running world: its variables, and short ways to ask its ports and to run its commands."""

    variables: Mapping[str, str]
    session: requests.Session

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """Ask the product port."""
        return self.session.request(
            method, self.variables["MES_URL"] + path, json=body, headers=headers, timeout=20, allow_redirects=False
        )

    def get(self, path: str) -> Any:
        return self.ask("GET", path).json()

    def control(self, method: str, path: str, body: Any = None) -> requests.Response:
        return self.session.request(method, self.variables["MES_CONTROL_URL"] + path, json=body, timeout=60)

    def arrange(self, state: str, **parameters: Any) -> None:
        reply = self.control("POST", "/arrange", {"state": state, **parameters})
        assert reply.status_code == 200, reply.text

    def plant(self, fault: str) -> None:
        reply = self.control("POST", "/faults", {"name": fault})
        assert reply.status_code == 200, reply.text

    def run(self, command: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m hermetic.mes.COMMAND` from a directory that is not the checkout."""
        environment = {**os.environ, **self.variables, "PYTHONPATH": str(ROOT), **variables}
        words = [sys.executable, "-m", f"hermetic.mes.{command}", *arguments]
        return subprocess.run(words, env=environment, cwd="/", capture_output=True, text=True, timeout=60, check=False)

    def path(self, name: str) -> Path:
        return Path(self.variables["MES_HOME"]) / name

    def log(self) -> str:
        return Path(self.variables["MES_LOG_FILE"]).read_text(encoding="utf-8")

    def rows(self, query: Any, *values: Any) -> list[tuple[Any, ...]]:
        """Query the store as its reader."""
        names = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
        options: dict[str, Any] = {option: self.variables[f"MES_DB_{name}"] for option, name in names.items()}
        with psycopg.connect(**options) as connection:
            return connection.execute(query, values).fetchall()

    def create(self, **changes: Any) -> dict[str, Any]:
        """Create a plan of one welding step of 30 minutes."""
        reply = self.ask("POST", "/api/mes/production-plans", plan_body(**changes))
        assert reply.status_code == 201, reply.text
        plan: dict[str, Any] = reply.json()["plan"]
        return plan

    def launch(self, plan_id: str) -> list[dict[str, Any]]:
        reply = self.ask("POST", f"/api/mes/production-plans/{plan_id}/launch")
        assert reply.status_code == 200, reply.text
        assignments: list[dict[str, Any]] = reply.json()["assignments"]
        return assignments


def node(**changes: Any) -> dict[str, Any]:
    return {"id": "N1", "operationId": "OP-WELD", "nominalTime": 30, "requiredSkills": ["welding"], **changes}


def plan_body(**changes: Any) -> dict[str, Any]:
    return {"name": "Frame", "quantity": 10, "defectRate": 0.05, "tag": "tests", "nodes": [node()], **changes}
