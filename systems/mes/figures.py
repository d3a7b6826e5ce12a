"""Figures of the MES with what they are shares of: recorded outcomes, plans on the fallback, read-only timings."""

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.metrics import Rate
from gonogo.target import Target
from systems.mes import latency
from systems.mes.api import PLANS, Mes
from systems.mes.made import MadePlans

_AT_ONCE = 10
_SAMPLED_PLANS = 10
BAD = {"creation": "refused plan creations", "start": "partial reservations", "completion": "capped completions"}


@dataclass(frozen=True)
class Outcomes:
    """How many of `total` recorded things ended badly."""

    subject: str
    bad: int
    total: int


@dataclass(frozen=True)
class Reading:
    """One plan as it was served: where its steps came from, and the steps without their effective times."""

    plan_id: str
    source: str
    steps: list[dict[str, Any]]


def outcomes(target: Target, kind: str) -> Outcomes:
    """Return what became of everything recorded of a kind since records began."""
    (row,) = target.query("outcomes of the whole rollout", kind=kind)
    return Outcomes(BAD.get(kind, f"bad {kind}s"), row["bad"], row["total"])


def requests_since_migration(target: Target) -> Outcomes:
    """Return how many requests the MES failed to serve since the last plan was migrated."""
    (row,) = target.query("requests since the migration")
    return Outcomes("failed requests since the migration", row["failed"], row["total"])


def shapes(target: Target) -> dict[str, int]:
    """Return how many plans are migrated, unmigrated and stored in total."""
    (row,) = target.query("plans by shape")
    return {name: int(count) for name, count in row.items()}


def share_on_fallback(target: Target) -> Rate:
    """Return how many of the stored plans have to be read from their execution graph.

    Raises:
        Inconclusive: If the environment gives one number without a total.
    """
    found = target.metric("share of plans on the fallback")
    if not isinstance(found, Rate):
        raise Inconclusive(f"{found.subject}: a share needs events and a total; correct the environment file")
    return found


def read_newest(mes: Mes) -> list[Reading]:
    """Read the newest plans one by one.

    Raises:
        Unverified: If no plan is stored.
    """
    listed = mes.plans(limit=str(_SAMPLED_PLANS))
    if not listed:
        raise Unverified("no plan is stored, so that reading one proves nothing")
    return [_reading(mes.plan(str(plan["id"]))) for plan in listed]


def _reading(plan: dict[str, Any]) -> Reading:
    return Reading(str(plan["id"]), str(plan["nodesUsed"]), [_plain(step) for step in plan["nodes"]])


def _plain(step: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in step.items() if name != "effectiveTime"}


def unlike_stored(target: Target, readings: list[Reading]) -> list[str]:
    """Return the plans whose served steps are not those that are stored as their nodes."""
    stored = {row["document"]["id"]: row["document"].get("nodes") or [] for row in target.query("plan documents")}
    return [reading.plan_id for reading in readings if reading.steps != [_plain(n) for n in stored[reading.plan_id]]]


def timed(mes: Mes, made: MadePlans, operation: str, n: int, limit: timedelta) -> list[float]:
    """Return the seconds of up to `n` operations; none is begun once `limit` is over, so a slow system gives fewer."""
    times: list[float] = []
    ends_at = time.monotonic() + limit.total_seconds()
    while len(times) < n and (not times or time.monotonic() < ends_at):
        times += latency.measure(mes, made, operation, min(_AT_ONCE, n - len(times)))
    return times


def in_turns(mes: Mes, n: int) -> tuple[list[float], list[float]]:
    """Return the seconds of reading the plan with the most and the one with the fewest steps, in turns, `n` each.

    Raises:
        Unverified: If all plans are of one length.
    """
    listed = sorted((plan for plan in mes.plans() if plan["operations"]), key=lambda plan: int(plan["operations"]))
    if not listed or listed[0]["operations"] == listed[-1]["operations"]:
        raise Unverified("all stored plans are of one length, so that length cannot be told from chance")
    longest, shortest = (f"{PLANS}/{listed[place]['id']}" for place in (-1, 0))
    pairs = [(_seconds(mes, longest), _seconds(mes, shortest)) for _ in range(n + 1)][1:]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _seconds(mes: Mes, path: str) -> float:
    return mes.target.http.get(path).require(200).elapsed_s
