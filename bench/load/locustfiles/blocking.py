"""A locust file that blocks the whole event loop for 20 ms in one request of ten, as a driver without gevent does."""

from itertools import count

from gevent.monkey import get_original

from gonogo.workload.generator.locustfile import LeanUser, task

_number = count()
_sleep = get_original("time", "sleep")


class Blocking(LeanUser):
    """Blocks now and then, then asks."""

    @task
    def read(self) -> None:
        """GET the path."""
        if next(_number) % 10 == 0:
            _sleep(0.02)
        self.client.get(self.order.parameters["paths"][0])
