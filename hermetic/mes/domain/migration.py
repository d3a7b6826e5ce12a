"""The migration from executionGraph to nodes: what it finds in a plan, and what it makes of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from hermetic.mes.domain.graph import cycles, unknown_predecessors
from hermetic.mes.domain.nodes import RENAMED, Document, Step, convert_graph, described_part
from hermetic.mes.domain.validation import Validator, violations

KNOWN_FIELDS = {
    *("id", "operationId", "name", "predecessors", "efficiency", "materialInputs"),
    *RENAMED.keys(),
    *RENAMED.values(),
}
State = Literal["migrated", "legacy", "empty"]


@dataclass(frozen=True)
class Analysis:
    """What the migration found in one plan. `nodes` is what its graph would become."""

    plan_id: str
    state: State
    steps: int
    nodes: list[Step] = field(default_factory=list)
    validation: list[str] = field(default_factory=list)
    mapping: list[str] = field(default_factory=list)
    missing_operation: list[str] = field(default_factory=list)
    circles: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """Everything that keeps the plan from being migrated, in words."""
        lacking = [f"step {name} has no operationId" for name in self.missing_operation]
        circular = [f"circular dependency {loop}" for loop in self.circles]
        return lacking + circular + self.mapping + self.validation


def state_of(plan: Document) -> State:
    """Tell whether a plan carries nodes already, only a graph, or neither."""
    if plan.get("nodes"):
        return "migrated"
    return "legacy" if plan.get("executionGraph") else "empty"


def analyse(plan: Document, validator: Validator) -> Analysis:
    """Examine one plan without changing it.

    A fault of the steps is reported under its own heading and not again as a schema violation.
    """
    plan_id, state, graph = str(plan["id"]), state_of(plan), plan.get("executionGraph") or []
    if state != "legacy":
        return Analysis(plan_id, state, len(plan.get("nodes") or []))
    nodes = convert_graph(graph)
    missing = [str(step.get("id", index)) for index, step in enumerate(graph) if not step.get("operationId")]
    circles = [" -> ".join(loop) for loop in cycles(graph)]
    mapping = [issue for step in graph for issue in mapping_issues(step)]
    mapping += [
        f"step {graph[index].get('id')}: unknown predecessor {name}" for index, name in unknown_predecessors(graph)
    ]
    schema = [] if circles or mapping else violations(_canonical(plan, nodes), validator)
    schema = [line for line in schema if not (missing and "operationId" in line)]
    return Analysis(plan_id, state, len(graph), nodes, schema, mapping, missing, circles)


def _canonical(plan: Document, nodes: list[Step]) -> Document:
    return {**{name: value for name, value in described_part(plan).items() if name != "executionGraph"}, "nodes": nodes}


def mapping_issues(step: Step) -> list[str]:
    """Return what of a legacy step has no place in a node, or two."""
    name = step.get("id", "?")
    issues = [f"step {name}: unknown field {field!r}" for field in step if field not in KNOWN_FIELDS]
    for old, new in RENAMED.items():
        if old not in step and new not in step:
            issues.append(f"step {name}: neither {old!r} nor {new!r}")
        elif old in step and new in step and step[old] != step[new]:
            issues.append(f"step {name}: {old!r} and {new!r} differ")
    return issues


def migrate(plan: Document, analysis: Analysis, at: str) -> Document:
    """Return the plan with nodes and `_migration` beside its executionGraph, which stays for a rollback."""
    about: dict[str, Any] = {"migratedAt": at, "from": "executionGraph", "steps": analysis.steps, "version": 1}
    return {**plan, "nodes": analysis.nodes, "_migration": about}


@dataclass(frozen=True)
class Survey:
    """The analyses of all plans and the counts a report gives; already + pending + stepless = total."""

    analyses: Sequence[Analysis]

    @property
    def already(self) -> list[Analysis]:
        return [one for one in self.analyses if one.state == "migrated"]

    @property
    def pending(self) -> list[Analysis]:
        return [one for one in self.analyses if one.state == "legacy"]

    @property
    def stepless(self) -> list[Analysis]:
        return [one for one in self.analyses if one.state == "empty"]

    @property
    def faulty(self) -> list[Analysis]:
        """Plans that cannot be migrated as they are."""
        return [one for one in self.analyses if one.problems or one.state == "empty"]


def survey(plans: Iterable[Document], validator: Validator) -> Survey:
    return Survey([analyse(plan, validator) for plan in plans])
