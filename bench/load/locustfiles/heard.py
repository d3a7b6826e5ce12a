"""The frame, with a listener of somebody else: so locust's event is fired for every request."""

from collections.abc import Iterator
from itertools import count
from typing import Any

from locust import events

from gonogo.workload.generator.locustfile import LeanUser, task

_heard: Iterator[int] = count()


@events.request.add_listener  # type: ignore[untyped-decorator]
def hear(**_: Any) -> None:
    """Count it."""
    next(_heard)


class Heard(LeanUser):
    """Asks for the order's path."""

    @task
    def read(self) -> None:
        """GET the path."""
        self.client.get(self.order.parameters["paths"][0])
