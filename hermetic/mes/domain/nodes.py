"""Process steps in both shapes, and which shape of a plan is used.

The canonical shape (`nodes`) names a step's time `nominalTime` and its skills `requiredSkills`; the legacy shape
(`executionGraph`) calls them `time` and `skills`. Everything else of a step is the same in both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Document = dict[str, Any]
Step = dict[str, Any]
Source = Literal["nodes", "executionGraph"]

RENAMED = {"time": "nominalTime", "skills": "requiredSkills"}
USING_NODES = "Using nodes (canonical model)"
USING_GRAPH = "Using executionGraph (feature flag disabled)"
DEPRECATED = "executionGraph is deprecated"
NO_NODES = "Plan has no nodes (data corruption)"


class PlanCorrupted(Exception):
    """A plan has no process steps that this release can read."""


@dataclass(frozen=True)
class Choice:
    """The steps a plan is read from: where they are stored, in canonical shape, and what the log says about it."""

    source: Source
    steps: list[Step]
    log: str
    deprecated: bool = False


ADMINISTRATIVE = frozenset({"id", "status", "createdAt", "updatedAt", "_migration"})


def described_part(plan: Document) -> Document:
    """Return what a client says of a plan: all but the fields that the product itself writes."""
    return {name: value for name, value in plan.items() if name not in ADMINISTRATIVE}


def to_canonical(step: Mapping[str, Any]) -> Step:
    """Return a legacy step in canonical shape; a canonical one comes back unchanged."""
    return {RENAMED.get(name, name): value for name, value in step.items()}


def to_legacy(node: Mapping[str, Any]) -> Step:
    """Return a node in the legacy shape, without the times that enrichment adds."""
    old = {new: name for name, new in RENAMED.items()}
    return {old.get(name, name): value for name, value in node.items() if name != "effectiveTime"}


def convert_graph(graph: list[Step]) -> list[Step]:
    """Convert an execution graph to nodes, one for one and in order."""
    return [to_canonical(step) for step in graph]


def choose(plan: Document, *, use_canonical_nodes: bool) -> Choice:
    """Choose the steps of a plan: nodes with the flag on, the graph where the flag is off or nodes are missing.

    Raises:
        PlanCorrupted: The plan has neither nodes nor an execution graph.
    """
    nodes, graph = plan.get("nodes"), plan.get("executionGraph")
    if use_canonical_nodes and nodes:
        return Choice("nodes", nodes, USING_NODES)
    if graph:
        if use_canonical_nodes:
            return Choice(
                "executionGraph", convert_graph(graph), f"{DEPRECATED}: plan {plan.get('id')}", deprecated=True
            )
        return Choice("executionGraph", convert_graph(graph), f"{USING_GRAPH}: plan {plan.get('id')}")
    if nodes:
        return Choice("nodes", nodes, USING_NODES)
    raise PlanCorrupted(NO_NODES)


def choose_canonical_only(plan: Document) -> Choice:
    """Choose the steps as the release after cleanup does: nodes or nothing.

    An empty list counts as no nodes. (The plan's JavaScript would let it pass, for `![]` is false.)

    Raises:
        PlanCorrupted: The plan has no nodes.
    """
    if not plan.get("nodes"):
        raise PlanCorrupted(NO_NODES)
    return Choice("nodes", plan["nodes"], USING_NODES)
