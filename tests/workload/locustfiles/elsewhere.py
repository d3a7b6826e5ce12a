"""Asks another host, with another client."""

import requests

from gonogo.workload.generator.locustfile import LeanUser, task


class Stray(LeanUser):
    @task
    def stray(self) -> None:
        self.client.get("/ok")
        requests.get(self.order.parameters["other"], timeout=2)
