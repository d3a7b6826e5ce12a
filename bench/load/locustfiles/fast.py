"""Locust's FastHttpUser under our scheduler and recorder."""

from gonogo.workload.generator.locustfile import ScheduledFastHttpUser, task


class Fast(ScheduledFastHttpUser):
    """Asks for the order's path."""

    @task
    def read(self) -> None:
        """GET the path."""
        self.client.get(self.order.parameters["paths"][0])
