"""One of two workers ends without a word."""

import os

from gonogo.workload.generator.locustfile import LeanUser, current, task


class Mortal(LeanUser):
    @task
    def read(self) -> None:
        self.client.get("/ok")
        if current().index == 1 and current().elapsed_s > 0.5:
            os._exit(9)
