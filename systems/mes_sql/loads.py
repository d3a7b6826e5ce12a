"""Load on the database build: users who read plans, alone or while something else is done or watched."""

import contextvars
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from gonogo.probes.activity import Activity
from gonogo.workload import Order, Result
from gonogo.workload.gate import LoadGate
from systems.mes_sql.build import Build

T = TypeVar("T")
RATE_PER_S = 200.0
"""Requests a second of all users together: in half a minute enough to show an error rate below 0.1 %, and so few that a
service several times too slow still leaves users idle: what is slow is then missed, and not merely undecided."""
ATTEMPTS = 4
TOKEN = "MES_SQL_TOKEN"  # noqa: S105 - the name of a variable, for the locust file
_LOOK_S = 0.25
_BEGUN = 50
"""Users read when they have been served so often: until then their generator starts."""


@dataclass(frozen=True)
class Loaded:
    """A load run, and how many requests the service has counted meanwhile."""

    result: Result
    counted: int


def read(build: Build, users: int, duration_s: float) -> Loaded:
    """Let users read lists and plans, and return what it came to; tried again while the generator was sick."""
    before = 0

    def note() -> None:
        nonlocal before
        before = served(build)

    gate, wanted = LoadGate(build.bench, "mes_sql"), order(build, users, duration_s)
    result = gate.run(wanted, attempts=ATTEMPTS, before_each=note, token_variable=TOKEN)
    return Loaded(result, served(build) - before)


def read_while(
    build: Build, users: int, duration_s: float, work: Callable[[Callable[[], bool]], T]
) -> tuple[Loaded, T]:
    """Let users read, and do `work` once they do; it is given a function that tells whether they still read."""
    context, before = contextvars.copy_context(), served(build)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(context.run, read, build, users, duration_s)
        while not reading.done() and served(build) - before < _BEGUN:
            time.sleep(_LOOK_S)
        done = work(lambda: not reading.done())
        return reading.result(), done


def most_sessions(build: Build, goes_on: Callable[[], bool]) -> int:
    """Return the most sessions that the service held at once, whatever their state, while it `goes_on`."""
    names = {build.green.text("application of the pool"), build.green.text("application of the streams")}
    activity, most = Activity(build.green.sql), 0
    while goes_on():
        held = activity.by_application()
        most = max(most, sum(held[name] for name in names))
        time.sleep(_LOOK_S)
    return most


def order(build: Build, users: int, duration_s: float) -> Order:
    """Return the order of readers who ask RATE_PER_S in all."""
    url = build.green.settings.base_url
    return Order("mes_sql", url, users, RATE_PER_S, duration_s, warmup_s=1.0, parameters={"token_variable": TOKEN})


def served(build: Build) -> int:
    """Return how many requests green has answered since its start, that of its own health not among them."""
    return int(build.green.http.get(build.green.path("health")).require(200).json_at("/requests"))
