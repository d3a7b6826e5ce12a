"""Effective times: how long a step really takes, given how efficiently its operation runs.

The golden formula, and the only place that has it:

    effectiveTime = nominalTime / efficiency        (minutes, rounded to 2 decimals)

`efficiency` is a ratio in (0, 1]. It belongs to the operation; a node that carries its own `efficiency` overrides it.
An operation that is not in the catalogue runs at its nominal time.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from hermetic.mes.domain.nodes import Step

OPERATION_EFFICIENCY = {
    "OP-CUT": 0.90,
    "OP-BEND": 0.80,
    "OP-WELD": 0.75,
    "OP-MILL": 0.60,
    "OP-PAINT": 0.85,
    "OP-ASSEMBLE": 0.95,
    "OP-INSPECT": 1.00,
    "OP-PACK": 1.00,
}
OPERATION_SKILLS = {
    "OP-CUT": ["cutting"],
    "OP-BEND": ["press brake"],
    "OP-WELD": ["welding"],
    "OP-MILL": ["milling"],
    "OP-PAINT": ["painting"],
    "OP-ASSEMBLE": ["assembly"],
    "OP-INSPECT": ["inspection"],
    "OP-PACK": ["packing"],
}


def effective_time(nominal_time: float, efficiency: float) -> float:
    """Return the minutes a step takes at an efficiency in (0, 1].

    Raises:
        ValueError: The efficiency is not in (0, 1].
    """
    if not 0 < efficiency <= 1:
        raise ValueError(f"efficiency {efficiency} is not in (0, 1]")
    return round(nominal_time / efficiency, 2)


def efficiency_of(node: Mapping[str, Any]) -> float:
    """Return a node's efficiency: its own where it has one, else its operation's."""
    own = node.get("efficiency")
    return float(own) if own is not None else OPERATION_EFFICIENCY.get(str(node.get("operationId")), 1.0)


def enrich(nodes: Iterable[Step]) -> list[Step]:
    """Return the nodes with `effectiveTime` (enrichNodesWithEstimatedTimes of the plan); other fields stay as they are.

    Where no time can be computed (validation was off when the plan was saved) effectiveTime is None.
    """
    return [{**node, "effectiveTime": _effective_time_of(node)} for node in nodes]


def _effective_time_of(node: Step) -> float | None:
    try:
        return effective_time(float(node["nominalTime"]), efficiency_of(node))
    except (KeyError, TypeError, ValueError):
        return None
