"""A locust file that computes 2 ms for each request: more than a core at 600 requests/s."""

from time import process_time

from gonogo.workload.generator.locustfile import LeanUser, task


class Busy(LeanUser):
    """Computes, then asks."""

    @task
    def read(self) -> None:
        """GET the path after 2 ms of work."""
        until = process_time() + 0.002
        while process_time() < until:
            pass
        self.client.get(self.order.parameters["paths"][0])
