"""Plans that are created: what was sent beside what is stored, and which transactions wrote it."""

import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from gonogo.outcome import Inconclusive
from gonogo.probes.reply import Reply
from systems.mes_sql import assigning, canonical, sample, stored
from systems.mes_sql.build import Build, Document
from systems.mes_sql.made import Made

Attempt: TypeAlias = tuple[Document, Reply]
"""What was sent, and the answer."""


@dataclass
class Written:
    """A plan of the scenario: as sent, as answered, the workers as they were before, its states so far."""

    sent: Document
    answer: Document
    assignments: list[Document]
    workers: list[Document]
    states: list[str] = field(default_factory=list)

    @property
    def plan_id(self) -> str:
        return str(self.answer["id"])


@dataclass(frozen=True)
class Code:
    """The id of a new plan, the month in which its row was written (MMYY), and where the month's counter stands."""

    plan_id: str
    month: str
    counter: int

    @property
    def matches(self) -> bool:
        """Whether it is a code of this month, with a number that the counter has given out."""
        found = re.fullmatch(rf"PPL-{self.month}-(\d{{3,}})", self.plan_id)
        return found is not None and 1 <= int(found[1]) <= self.counter


def create(build: Build, made: Made, nodes: int, *, assigned: bool = True) -> Written:
    """Create a plan."""
    sent, workers = made.plan(nodes, assigned=assigned), build.entries("workers")
    reply = build.offer("plan", sent).require(201)
    answer = reply.json_at("/plan")
    return Written(sent, answer, reply.json_at("/assignments"), workers, [str(answer["status"])])


def wanted(written: Written) -> Document:
    """Return the plan in the canonical form as it was sent, in its last known state."""
    return canonical.plan(sample.wanted(written.sent, written.plan_id, written.states[-1]))


def held(build: Build, written: Written) -> Document:
    """Return the plan in the canonical form as the database holds it.

    Raises:
        Inconclusive: If the database has no such plan: it may be another database than the service's.
    """
    found = stored.plans(build.green, written.plan_id)
    if not found:
        raise Inconclusive(f"{written.plan_id} was accepted and is not in the database that the environment names")
    return found[0]


def part(document: Document, name: str) -> list[Any]:
    """Return one part of a plan in the canonical form: of each node its id, and `name` of it."""
    plain = ("name", "operationId", "nominalTime")
    return [
        [node["nodeId"], *(node[key] for key in plain)] if name == "nodes" else [node["nodeId"], node[name]]
        for node in document["nodes"]
    ]


def needs(written: Written) -> dict[str, float]:
    """Return what a plan needs of each material, summed over its nodes."""
    found: dict[str, float] = {}
    for node in written.sent["nodes"]:
        for material in node["materialInputs"]:
            code = material["materialCode"]
            found[code] = found.get(code, 0.0) + float(material["requiredQuantity"])
    return dict(sorted(found.items()))


def picked(build: Build, written: Written) -> dict[str, str | None]:
    """Return who is assigned to each node of a plan in the database."""
    rows = build.green.query("assignments", plan=written.plan_id)
    found = {str(row["node"]): str(row["worker"]) for row in rows}
    return {str(node["nodeId"]): found.get(str(node["nodeId"])) for node in written.sent["nodes"]}


def rule(written: Written) -> dict[str, str | None]:
    """Return whom the rule picks for each node of a plan.

    Raises:
        Inconclusive: If the rule finds nobody for a node: then the scenario shows nothing.
    """
    expected = assigning.expected(written.sent["nodes"], written.workers)
    if None in expected.values():
        raise Inconclusive("nobody is idle who has operation and station of each node; wait until somebody is")
    return expected


def transactions(build: Build, written: Written) -> dict[str, set[str]]:
    """Return the transactions that wrote the rows of a plan, with the parts that each has written."""
    found: dict[str, set[str]] = {}
    for row in build.green.query("transactions of a plan", plan=written.plan_id):
        found.setdefault(str(row["transaction"]), set()).add(str(row["part"]))
    return found


def code_of(build: Build, written: Written) -> "Code":
    """Return what is known of the id of a new plan beside the counter that codes come from.

    Raises:
        Inconclusive: If the plan is not in the database that the environment names.
    """
    rows = build.green.query("code of a plan", plan=written.plan_id)
    if not rows:
        raise Inconclusive(f"{written.plan_id} was accepted and is not in the database that the environment names")
    return Code(written.plan_id, str(rows[0]["month"]), int(rows[0]["counter"]))


def offer_failing(build: Build, made: Made, where: str) -> Attempt:
    """Send a plan that fails half-way; return it and the answer."""
    document = sample.failing(made.plan(3), where)
    return document, build.offer("plan", document)


def traces(build: Build, document: Document) -> dict[str, int]:
    """Return how many rows of a plan that was sent are in the database, by part."""
    rows = build.green.query("traces of a work order", order=document["orderCode"])
    return {str(row["part"]): int(row["rows"]) for row in rows}


def shown(amounts: dict[str, int]) -> str:
    """Return counts as a text for a measurement."""
    return ", ".join(f"{name} {count}" for name, count in amounts.items())
