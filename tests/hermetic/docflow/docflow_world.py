"""A running world of the stand-in, as its tests speak to it."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests
from served_world import ServedWorld

from hermetic.docflow.world import World
from hermetic.kit.planted import Planted

ADMIN = "/api/admin"
SCHEDULE = f"{ADMIN}/analytics/export/schedule"
INVOICE = "Invoice number 5: amount due EUR 1,250.50, payable within thirty days to the account below"
TAG = "tests"


def until(holds: Callable[[], bool], seconds: float = 12.0) -> None:
    """Wait until something holds, at most so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)


@dataclass(frozen=True)
class Docflow(ServedWorld):
    """A running world, and what its tests make in it."""

    PREFIX, PACKAGE, MAIN, PORT = "DOCFLOW", "hermetic.docflow", "router", "stable"

    @property
    def world(self) -> World:
        return World.find(self.variables)

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

    @property
    def token_option(self) -> str:
        return f"--token={self.variables['DOCFLOW_VERCEL_TOKEN']}"
