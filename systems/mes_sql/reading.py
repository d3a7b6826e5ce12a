"""Reading plans: beside their rows, from both instances, many times over, and with how many statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gonogo.outcome import Inconclusive, Missed, Unverified
from gonogo.probes.statements import Statements
from gonogo.target import Target
from systems.mes_sql import canonical, stored
from systems.mes_sql.build import Build, Document, plan_of
from systems.mes_sql.lists import keyed

OF_PLANS = r"mes_(production_plan|node_)"
"""What a statement about plans and their parts names, and the recording of traffic does not."""


@dataclass(frozen=True)
class Pair:
    """The same plans from two sides, by id, as canonical text."""

    expected: dict[str, str]
    found: dict[str, str]


def spread_out(build: Build, n: int) -> list[str]:
    """Return the ids of `n` plans: that with the fewest nodes, the newest, the oldest, and others evenly between.

    Raises:
        Inconclusive: If fewer are stored.
    """
    entries = build.entries("plans")
    if len(entries) < max(n, 2):
        raise Inconclusive(f"{len(entries)} plans are stored, {n} different ones are needed; seed or wait for more")
    fewest = str(min(entries, key=lambda entry: len(entry.get("nodes") or []))["id"])
    ids = [str(entry["id"]) for entry in entries if str(entry["id"]) != fewest]
    return [fewest, *(ids[round(number * (len(ids) - 1) / max(1, n - 2))] for number in range(n - 1))]


def beside_rows(build: Build, plan_ids: Sequence[str]) -> Pair:
    """Return plans as the database holds them, put together by hand, and as the API gives them."""
    rows = [row for plan_id in plan_ids for row in stored.plans(build.green, plan_id)]
    served = [canonical.plan(build.plan(plan_id)) for plan_id in plan_ids]
    return Pair(keyed("plans of the database", rows), keyed("plans of the API", served))


def by_build_and_hand(build: Build) -> Pair:
    """Return every plan put together here from the rows of each table, and by the build's query."""
    by_hand = stored.plans(build.green)
    return Pair(keyed("plans put together by hand", by_hand), keyed("plans of the build", _all(build.green)))


def from_both(build: Build) -> Pair:
    """Return every plan that either instance lists, as blue gives it and as green does."""
    return Pair(*(keyed(f"plans of {name}", _all(target)) for name, target in _instances(build)))


def parts_seen(build: Build, plan_ids: Sequence[str]) -> dict[str, int]:
    """Return in how many of the plans there are nodes, stations, materials and predecessors."""
    plans = [canonical.plan(build.plan(plan_id)) for plan_id in plan_ids]
    parts = ("stations", "materialInputs", "predecessors")
    counts = {part: sum(any(node[part] for node in plan["nodes"]) for plan in plans) for part in parts}
    return {"nodes": sum(bool(plan["nodes"]) for plan in plans), **counts}


def statements_for_one(build: Build) -> int:
    """Return how many statements about plans the database executes while one plan is read."""
    plan_id = with_nodes(build)
    build.plan(plan_id)
    statements = Statements(build.green.sql)
    mark = statements.mark()
    build.plan(plan_id)
    return sum(statement.calls for statement in statements.since(mark, OF_PLANS))


def timed(build: Build, what: str, n: int) -> list[float]:
    """Return the seconds of `n` readings of "a plan" or "the list of plans", one after the other.

    Raises:
        Missed: If a reading failed: the time of a failure is no response time.
        Unverified: If `what` is neither.
    """
    paths = {"a plan": build.green.path("plan", id=with_nodes(build)), "the list of plans": build.green.path("plans")}
    if what not in paths:
        raise Unverified(f"reading {what!r} cannot be timed; {' and '.join(paths)} can")
    timings = build.green.http.timings(paths[what], n)
    if timings.failures:
        raise Missed(f"{timings.failures} of {n} requests for {what} failed; mend that before timing the rest")
    return list(timings)


def with_nodes(build: Build) -> str:
    """Return the id of the plan with the most nodes.

    Raises:
        Inconclusive: If no plan is stored.
    """
    entries = build.entries("plans")
    if not entries:
        raise Inconclusive("no plan is stored, so that reading one shows nothing; seed, or wait for the first")
    return str(max(entries, key=lambda entry: len(entry.get("nodes") or []))["id"])


def parameters(build: Build) -> dict[str, Any]:
    """Return what the build's named queries ask for: a plan with nodes, and a station of some worker."""
    workers = [worker for worker in build.entries("workers") if worker["stations"]]
    if not workers:
        raise Inconclusive("no worker has a station, so that the query for idle workers shows nothing")
    return {"plan": with_nodes(build), "station": workers[0]["stations"][0]["id"]}


def _instances(build: Build) -> tuple[tuple[str, Target], tuple[str, Target]]:
    return ("blue", build.blue), ("green", build.green)


def _all(target: Target) -> list[Document]:
    listed = target.http.get(target.path("plans")).require(200).json_at("/plans")
    return [canonical.plan(plan_of(target, str(entry["id"]))) for entry in listed]
