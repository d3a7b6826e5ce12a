"""The rollback drill: from writing the flag to the first healthy answer of the old path, timed."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from gonogo import units
from gonogo.outcome import Missed, Unverified
from systems.mes import switches
from systems.mes.api import Mes
from systems.mes.switches import CANONICAL, Switches

_PATIENCE = "a restart takes at most"
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 5.0


@dataclass(frozen=True)
class Drill:
    """What came of a rollback.

    Attributes:
        duration_s: From writing the flag to the first healthy answer of the old path; None when it never came.
        waited_s: From writing the flag to the end of the drill.
        restarted: Whether another process answers than before.
    """

    duration_s: float | None
    waited_s: float
    restarted: bool


def witness(mes: Mes) -> str:
    """Return the newest plan that has an execution graph: where it is read from tells which path serves.

    Raises:
        Unverified: If no plan has one: then nothing can show that the old path is back.
    """
    found = [plan for plan in mes.plans() if plan["hasExecutionGraph"]]
    if not found:
        raise Unverified("no plan has an execution graph, so that there is no old path to go back to")
    return str(found[0]["id"])


def drill(mes: Mes, switches_: Switches) -> Drill:
    """Roll back as the plan says: flag off in the configuration, restart, wait for the old path."""
    return _timed(mes, lambda: switches_.turn(on=False))


def drill_with_export(mes: Mes, switches_: Switches) -> Drill:
    """Roll back by the card's other variant: an exported variable, and a restart that hands it over."""
    return _timed(mes, switches_.restart_with_exported_flag)


def _timed(mes: Mes, act: Callable[[], None]) -> Drill:
    if not switches.in_force(mes, CANONICAL):
        raise Unverified("the canonical model is off already; switch it on first, or there is nothing to roll back")
    plan, before = witness(mes), switches.started_at(mes)
    began = time.monotonic()
    act()
    patience_s = units.duration(mes.target.settings.texts.get(_PATIENCE, "5 minutes")).total_seconds()
    pause_s, acted_s = _FIRST_PAUSE_S, time.monotonic() - began
    while True:
        restarted, healthy, old = _look(mes, plan, before)
        waited_s = time.monotonic() - began
        settled = restarted and healthy  # flags are read at the start: such a process does not change its mind
        if old or settled or waited_s > acted_s + patience_s:
            return Drill(waited_s if old else None, waited_s, restarted)
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, _LONGEST_PAUSE_S)


def _look(mes: Mes, plan: str, before: str) -> tuple[bool, bool, bool]:
    """Return whether another process answers, whether what answers is healthy, and whether that serves the old path."""
    try:
        health = mes.health()
        restarted, healthy = health.json_at("/startedAt") != before, health.status == 200
        off = healthy and not switches.in_force(mes, CANONICAL)
        return restarted, healthy, off and mes.plan(plan)["nodesUsed"] == "executionGraph"
    except (Missed, Unverified):
        return False, False, False
