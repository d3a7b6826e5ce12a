"""Somebody else listens to requests, and wants to hear of each."""

from pathlib import Path
from typing import Any

from locust import events

from gonogo.workload.generator.locustfile import LeanUser, current, task

_heard: list[str] = []


@events.request.add_listener
def hear(name: str, **_: Any) -> None:
    _heard.append(name)


@events.quit.add_listener
def tell(**_: Any) -> None:
    Path(current().order.parameters["file"]).write_text(str(len(_heard)))


class Heard(LeanUser):
    @task
    def read(self) -> None:
        self.client.get("/ok")
