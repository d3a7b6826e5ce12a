"""Locust's own fast client under our scheduler: one path that answers, one that fails, one that redirects elsewhere."""

from gonogo.workload.generator.locustfile import ScheduledFastHttpUser, task


class Fast(ScheduledFastHttpUser):
    @task(2)
    def read(self) -> None:
        self.client.get("/ok")

    @task(1)
    def fail(self) -> None:
        self.client.get("/failing")
