"""A task that sends nothing."""

from gonogo.workload.generator.locustfile import LeanUser, task


class Idle(LeanUser):
    @task
    def nothing(self) -> None:
        pass
