"""Making the troubles that operators meet, and finding what the log kept of them."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gonogo.measurement import Measurement
from gonogo.outcome import Inconclusive, Missed, Unverified
from gonogo.probes.reply import Reply
from systems.mes import figures, sample
from systems.mes.api import Mes
from systems.mes.made import MadePlans

TOTALS = "/api/mes/metrics/totals"
DEPRECATED = "executionGraph is deprecated"
MISTAKES = ("nominalTime", "quantity")
FIELD = re.compile(r"\b(?:nodes\[\d+\]\.\w+|quantity|name|nodes|defectRate)\b")


@dataclass(frozen=True)
class Noted:
    """The log lines with a text since the counters began, and what a counter says."""

    text: str
    counter: str
    lines: list[str]
    counted: int


@dataclass(frozen=True)
class Warned:
    """How many deprecation lines a few readings left in the log, and how many of them used the execution graph."""

    lines: int
    fallbacks: int


def offer_invalid(mes: Mes, made: MadePlans) -> Reply:
    """Offer a plan for no units whose only step takes no time, and return the answer."""
    return mes.offer(made.named(sample.plan(sample.step(1, "OP-CUT", 0), quantity=0)))


def start_short(mes: Mes, made: MadePlans) -> dict[str, Any]:
    """Start an assignment that needs ten more of the scarcest material than there is.

    Raises:
        Missed: If no material is listed.
    """
    materials = list(mes.materials().values())
    if not materials:
        raise Missed("no material is listed, so that nothing can be reserved; look at the answer of the materials")
    scarce = min(materials, key=lambda material: float(material["stock"]))
    each = (float(scarce["stock"]) + 10) / 10
    plan = made.create(sample.plan(sample.step(1, "OP-CUT", 20, material=(scarce["code"], each))))
    return mes.start(mes.launch(plan["id"]).assignments[0]["id"])


def consume_too_much(mes: Mes, made: MadePlans) -> dict[str, Any]:
    """Complete an assignment with twice the material that was reserved for it."""
    assignment = mes.start(mes.launch(made.create()["id"]).assignments[0]["id"])["assignment"]
    reserved: dict[str, float] = assignment["actualReservedAmounts"]
    return mes.complete(assignment["id"], {code: 2 * amount for code, amount in reserved.items()})


def noted(mes: Mes, text: str, counter: str) -> Noted:
    """Return the log lines with `text` since the counters were last reset, beside the counter.

    Raises:
        Inconclusive: If the counter is no count, or nobody knows since when it counts.
    """
    counted = mes.target.metric(counter)
    since = mes.target.http.get(TOTALS).require(200).json_at("/since")
    if not isinstance(counted, Measurement) or not isinstance(counted.value, int) or not since:
        raise Inconclusive(f"{counter}: no count with a beginning, so that log lines cannot be compared with it")
    return Noted(text, counter, _lines_since(mes, text, datetime.fromisoformat(since)), counted.value)


def since_migration(mes: Mes, text: str) -> list[str]:
    """Return the log lines with `text` since the last plan was migrated.

    Raises:
        Unverified: If no plan was ever migrated.
    """
    (row,) = mes.target.query("end of the migration")
    if row["at"] is None:
        raise Unverified("no plan was ever migrated, so that there is no time since then")
    return _lines_since(mes, text, row["at"])


def _lines_since(mes: Mes, text: str, since: datetime) -> list[str]:
    found = mes.target.log("backend").find(re.escape(text))
    return [line.text for line in found if line.at is None or line.at >= since]


def read_and_watch(mes: Mes) -> Warned:
    """Read a few plans, and count the deprecation lines that this leaves in the log."""
    mark = mes.target.log("backend").mark()
    readings = figures.read_newest(mes)
    lines = mes.target.log("backend").count(re.escape(DEPRECATED), mark).value
    return Warned(int(str(lines)), sum(reading.source == "executionGraph" for reading in readings))
