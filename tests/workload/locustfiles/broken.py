"""A task with an error of its own, after its request."""

from gonogo.workload.generator.locustfile import LeanUser, task


class Broken(LeanUser):
    @task
    def fail(self) -> None:
        self.client.get("/ok")
        raise KeyError("a mistake in the locust file")
