"""A running world of the stand-in, as its tests speak to it."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import requests

from hermetic.docflow.world import World
from hermetic.kit.planted import Planted

ROOT = Path(__file__).resolve().parents[3]
ADMIN = "/api/admin"
SCHEDULE = f"{ADMIN}/analytics/export/schedule"
INVOICE = "Invoice number 5: amount due EUR 1,250.50, payable within thirty days to the account below"
TAG = "tests"


@dataclass(frozen=True)
class Docflow:
    """A running world: its variables, and short ways to ask its ports and to run its commands."""

    variables: Mapping[str, str]
    session: requests.Session

    @property
    def world(self) -> World:
        return World.find(self.variables)

    @property
    def login(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.variables['DOCFLOW_TOKEN']}"}

    def url(self, port: str = "stable") -> str:
        return self.variables["DOCFLOW_URL" if port == "router" else f"DOCFLOW_{port.upper()}_URL"]

    def ask(self, method: str, path: str, body: Any = None, *, port: str = "stable", **more: Any) -> requests.Response:
        """Ask a port, with the login."""
        headers = {**self.login, **more.pop("headers", {})}
        return self.session.request(method, self.url(port) + path, json=body, headers=headers, timeout=20, **more)

    def get(self, path: str, port: str = "stable") -> Any:
        reply = self.ask("GET", path, port=port)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def upload(self, text: str = INVOICE, *, port: str = "stable", tag: str | None = TAG) -> dict[str, Any]:
        reply = self.ask("POST", f"{ADMIN}/documents", {"title": "No 5", "text": text, "tag": tag}, port=port)
        assert reply.status_code == 201, reply.text
        document: dict[str, Any] = reply.json()["document"]
        return document

    def schedule(self, *, port: str = "stable", **changes: Any) -> requests.Response:
        return self.ask("POST", SCHEDULE, {"format": "csv", "frequency": "weekly", "tag": TAG, **changes}, port=port)

    def features(self, port: str = "stable") -> list[str]:
        """Return which features are on, in their order."""
        return [name for name, on in self.get("/health", port)["features"].items() if on]

    def metrics(self, port: str = "stable") -> str:
        return self.session.get(self.url(port) + "/metrics", timeout=5).text

    def metric(self, name: str, port: str = "stable", **labels: str) -> float | None:
        """Return the value of the one series with such labels; None where there is none."""
        for line in self.metrics(port).splitlines():
            found = re.fullmatch(rf"{name}\{{(.*)\}} (\S+)", line)
            if found and all(f'{label}="{value}"' in found[1] for label, value in labels.items()):
                return float(found[2])
        return None

    def control(self, method: str, path: str, body: Any = None) -> Any:
        reply = self.session.request(method, self.variables["DOCFLOW_CONTROL_URL"] + path, json=body, timeout=60)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def arrange(self, state: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.control("POST", "/arrange", {"state": state})
        return answer

    def edge(self, method: str = "GET", body: Any = None, token: str | None = None) -> requests.Response:
        given = self.variables["DOCFLOW_VERCEL_TOKEN"] if token is None else token
        headers = {"Authorization": f"Bearer {given}"} if given else {}
        url = self.variables["DOCFLOW_EDGE_CONFIG_URL"]
        return self.session.request(method, url, json=body, headers=headers, timeout=5)

    @contextmanager
    def planted(self, fault: str, *, arrange: bool = False) -> Iterator[None]:
        """Plant a fault by its file, which is what the servers read; some is read when a state is arranged."""
        faults = Planted(self.world.faults_file)
        if arrange:
            self.control("POST", "/faults", {"name": fault})
        else:
            faults.plant(fault)
        try:
            yield
        finally:
            if arrange:
                self.control("DELETE", "/faults")
            else:
                faults.clear()

    def run(self, command: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m hermetic.docflow.COMMAND` from a directory that is not the checkout."""
        environment = {**os.environ, **self.variables, "PYTHONPATH": str(ROOT), **variables}
        words = [sys.executable, "-m", f"hermetic.docflow.{command}", *arguments]
        return subprocess.run(words, env=environment, cwd="/", capture_output=True, text=True, timeout=60, check=False)

    @property
    def token_option(self) -> str:
        return f"--token={self.variables['DOCFLOW_VERCEL_TOKEN']}"

    def rows(self, query: Any, *values: Any) -> list[tuple[Any, ...]]:
        """Query the database as its reader."""
        options: dict[str, Any] = {
            option: self.variables[f"MES_DB_{name}"]
            for option, name in {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}.items()
        }
        with psycopg.connect(**options, dbname=self.variables["DOCFLOW_DB_NAME"]) as connection:
            return connection.execute(query, values).fetchall()
