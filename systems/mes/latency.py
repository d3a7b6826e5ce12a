"""How long the MES takes for its operations: seconds a request, timed where the request is made."""

from collections.abc import Callable

from gonogo.outcome import Missed, Unverified
from gonogo.probes.reply import Reply
from systems.mes.api import ASSIGNMENTS, PLANS, Mes
from systems.mes.made import MadePlans

Timer = Callable[[Mes, MadePlans, int], list[float]]


def _readings(mes: Mes, _made: MadePlans, n: int) -> list[float]:
    plans = mes.plans(limit="1")
    if not plans:
        raise Unverified("no plan is stored, so that reading one cannot be timed")
    return _paths(mes, f"{PLANS}/{plans[0]['id']}", n)


def _listings(mes: Mes, _made: MadePlans, n: int) -> list[float]:
    return _paths(mes, f"{PLANS}?limit=20", n)


def _creations(mes: Mes, made: MadePlans, n: int) -> list[float]:
    return [_elapsed(mes.offer(made.named()), 201) for _ in range(n)]


def _launches(mes: Mes, made: MadePlans, n: int) -> list[float]:
    plans = [made.create()["id"] for _ in range(n)]
    launches = [mes.target.http.post(f"{PLANS}/{plan}/launch").require(200) for plan in plans]
    if not all(launch.json_at("/assignments") for launch in launches):
        raise Missed("a launch made no assignment, so that its time says nothing; look at it in the backend log")
    return [launch.elapsed_s for launch in launches]


def _completions(mes: Mes, made: MadePlans, n: int) -> list[float]:
    """Time starting and completing together: what it takes to process one assignment."""
    times: list[float] = []
    while len(times) < n:
        for assignment in mes.launch(made.create()["id"]).assignments:
            address = f"{ASSIGNMENTS}/{assignment['id']}"
            calls = [mes.target.http.post(f"{address}/{action}", json={}) for action in ("start", "complete")]
            times.append(sum(_elapsed(reply, 200) for reply in calls))
    return times[:n]


OPERATIONS: dict[str, Timer] = {
    "plan readings": _readings,
    "plan listings": _listings,
    "plan creations": _creations,
    "plan launches": _launches,
    "assignments": _completions,
}


def measure(mes: Mes, made: MadePlans, operation: str, n: int) -> list[float]:
    """Return the seconds that each of `n` operations took, one after the other.

    Args:
        mes: The MES.
        made: Takes the plans that timed writes make.
        operation: One of OPERATIONS.
        n: How many to time.

    Raises:
        Missed: If one of them was refused or failed: the time of a failure is no response time.
    """
    return OPERATIONS[operation](mes, made, n)


def _paths(mes: Mes, path: str, n: int) -> list[float]:
    timings = mes.target.http.timings(path, n)
    if timings.failures:
        raise Missed(f"{timings.failures} of {n} requests for {path} failed; mend that before timing the rest")
    return list(timings)


def _elapsed(reply: Reply, status: int) -> float:
    return reply.require(status).elapsed_s
