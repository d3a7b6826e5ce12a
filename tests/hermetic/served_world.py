"""A running world of a stand-in, as its tests speak to it: what the stand-ins with several ports have in common."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import psycopg
import requests
from standing import ROOT


@dataclass(frozen=True)
class ServedWorld:
    """The variables of a world, and short ways to ask its ports and database and to run its commands.

    Attributes:
        PREFIX: What its variables begin with.
        PACKAGE: The stand-in's package.
        MAIN: The port whose address is PREFIX_URL; those of others are PREFIX_PORT_URL.
        PORT: The port that is asked unless a test names another.
    """

    PREFIX: ClassVar[str]
    PACKAGE: ClassVar[str]
    MAIN: ClassVar[str]
    PORT: ClassVar[str]

    variables: Mapping[str, str]
    session: requests.Session

    @property
    def login(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.variables[f'{self.PREFIX}_TOKEN']}"}

    def url(self, port: str = "") -> str:
        port = port or self.PORT
        middle = "" if port == self.MAIN else f"{port.upper()}_"
        return self.variables[f"{self.PREFIX}_{middle}URL"]

    def ask(self, method: str, path: str, body: Any = None, *, port: str = "", **more: Any) -> requests.Response:
        """Ask a port, with the login."""
        headers = {**self.login, **more.pop("headers", {})}
        return self.session.request(method, self.url(port) + path, json=body, headers=headers, timeout=20, **more)

    def get(self, path: str, port: str = "") -> Any:
        reply = self.ask("GET", path, port=port)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        reply = self.session.request(method, self.url("control") + path, json=body, timeout=60)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def arrange(self, state: str, **parameters: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self.control("POST", "/arrange", {"state": state, **parameters})
        return answer

    def run(self, command: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `python -m PACKAGE.COMMAND` from a directory that is not the checkout."""
        environment = {**os.environ, **self.variables, "PYTHONPATH": str(ROOT), **variables}
        words = [sys.executable, "-m", f"{self.PACKAGE}.{command}", *arguments]
        return subprocess.run(words, env=environment, cwd="/", capture_output=True, text=True, timeout=60, check=False)

    def rows(self, query: Any, *values: Any, database: str = "DB_NAME") -> list[tuple[Any, ...]]:
        """Query the database that PREFIX_DATABASE names, as its reader."""
        names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
        options: dict[str, Any] = {option: self.variables[f"MES_DB_{name}"] for option, name in names.items()}
        with psycopg.connect(**options, dbname=self.variables[f"{self.PREFIX}_{database}"]) as connection:
            return connection.execute(query, values).fetchall()
