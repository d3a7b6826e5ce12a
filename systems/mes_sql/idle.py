"""Idle workers: those whom the build shows, and those found by hand from the rows of the tables."""

from gonogo.outcome import Inconclusive
from systems.mes_sql.build import Build


def shown(build: Build, station: str) -> list[str]:
    """Return the ids of the workers whom the API shows at a station, and without a task."""
    return [
        str(worker["id"])
        for worker in build.entries("workers")
        if worker["current_task_plan_id"] is None and any(one["id"] == station for one in worker["stations"])
    ]


def by_hand(build: Build, station: str) -> list[str]:
    """Return the ids of the workers of a station that have no task, sorted.

    Raises:
        Inconclusive: If the station has nobody idle, or nobody busy: then a query that forgets one half would pass.
    """
    there = {row["owner"] for row in build.green.query("stations of workers") if row["id"] == station}
    tasks = {row["id"]: row["task"] for row in build.green.query("workers")}
    idle = sorted(worker for worker in there if tasks.get(worker) is None)
    if not idle or len(idle) == len(there):
        raise Inconclusive(f"{station} has {len(idle)} idle of {len(there)} workers; it needs idle and busy ones")
    return idle
