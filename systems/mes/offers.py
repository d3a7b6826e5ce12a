"""Plans with faults in them, and plans in both shapes at once, for scenarios that see what the MES makes of them."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from gonogo.outcome import Unverified
from systems.mes import sample

Document = dict[str, Any]
_MARKED_MIN = {"nodes": 21, "execution graph": 34}


def _node(number: int, **changes: Any) -> Callable[[Document], None]:
    def spoil(plan: Document) -> None:
        plan["nodes"][number - 1].update(changes)

    return spoil


def _without(number: int, field: str) -> Callable[[Document], None]:
    def spoil(plan: Document) -> None:
        del plan["nodes"][number - 1][field]

    return spoil


def _several(plan: Document) -> None:
    _node(1, nominalTime=0)(plan)
    _without(2, "operationId")(plan)
    plan["quantity"] = 0


def _with_graph(plan: Document) -> None:
    plan["executionGraph"] = sample.old_shape(plan)["executionGraph"]


FLAWS: dict[str, Callable[[Document], None]] = {
    "a step of 0 minutes": _node(1, nominalTime=0),
    "a step without an operation": _without(2, "operationId"),
    "skills that are no list": _node(1, requiredSkills="welding"),
    "an efficiency above 100 %": _node(1, efficiency=1.2),
    "steps that wait for each other": _node(1, predecessors=["N2"]),
    "three mistakes in three places": _several,
    "an execution graph": _with_graph,
    "the old field time": _node(1, time=20),
    "the old field skills": _node(1, skills=["cutting"]),
}
DEPRECATED = {"an execution graph": "executionGraph", "the old field time": "time", "the old field skills": "skills"}


def flawed(flaw: str) -> Document:
    """Return a usual plan with one of FLAWS.

    Raises:
        Unverified: If the flaw is not among them.
    """
    if flaw not in FLAWS:
        raise Unverified(f"{flaw!r} is not defined in systems/mes/offers.py; it has {', '.join(FLAWS)}")
    plan = deepcopy(sample.plan())
    FLAWS[flaw](plan)
    return plan


def shaped(shapes: str) -> Document:
    """Return a plan of one step in "nodes", "execution graph", or "both"; the step's minutes tell which was read.

    Raises:
        Unverified: If the shapes are none of these.
    """
    nodes = sample.plan(sample.step(1, "OP-PACK", _MARKED_MIN["nodes"]))
    graph = sample.old_shape(sample.plan(sample.step(1, "OP-PACK", _MARKED_MIN["execution graph"])))
    plans = {"nodes": nodes, "execution graph": graph, "both": {**nodes, "executionGraph": graph["executionGraph"]}}
    if shapes not in plans:
        raise Unverified(f"{shapes!r} is no shape of a plan; it must be one of {', '.join(plans)}")
    return plans[shapes]


def read_from(plan: Document) -> str:
    """Return where the MES has read a plan of `shaped` from, as its minutes tell."""
    minutes = [float(node["nominalTime"]) for node in plan["nodes"]]
    known = [shape for shape, marked in _MARKED_MIN.items() if minutes == [marked]]
    return known[0] if known else f"neither: its steps take {minutes} min"
