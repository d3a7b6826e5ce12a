"""Locust as it is shipped: FastHttpUser, in a closed loop or with constant_throughput; at the end its own report.

BENCH_PLAIN: {"path": ..., "per_s": starts a second of each user, 0 for a closed loop, "window_s": ...}
"""

import json
import os
from time import process_time
from typing import Any

import gevent
from locust import FastHttpUser, constant, constant_throughput, events, task
from locust.env import Environment

TOLD = json.loads(os.environ["BENCH_PLAIN"])
SETTLED_S = 0.5


class Reader(FastHttpUser):
    """Asks for one path."""

    wait_time = constant_throughput(TOLD["per_s"]) if TOLD["per_s"] else constant(0)

    @task
    def read(self) -> None:
        """GET the path."""
        self.client.get(TOLD["path"])


@events.spawning_complete.add_listener  # type: ignore[untyped-decorator]
def spawned(**_: Any) -> None:
    gevent.spawn(measure)


@events.init.add_listener  # type: ignore[untyped-decorator]
def know(environment: Environment, **_: Any) -> None:
    global _environment
    _environment = environment


_environment: Environment


def measure() -> None:
    """Look at the CPU time and locust's counter at both ends of the window, then report."""
    gevent.sleep(SETTLED_S)
    total = _environment.stats.total
    cpu, requests = process_time(), total.num_requests
    gevent.sleep(TOLD["window_s"])
    cpu, requests = process_time() - cpu, total.num_requests - requests
    p95, p99 = (total.get_response_time_percentile(q) for q in (0.95, 0.99))
    print(json.dumps({"p95_ms": p95, "p99_ms": p99, "requests": requests, "cpu_s": cpu}), flush=True)
    assert _environment.runner is not None
    _environment.runner.quit()
