"""The frame with one path: so locust's statistics are filled once a second."""

from gonogo.workload.generator.locustfile import LeanUser, task


class Reader(LeanUser):
    """Asks for the order's path."""

    @task
    def read(self) -> None:
        """GET the path."""
        self.client.get(self.order.parameters["paths"][0])
