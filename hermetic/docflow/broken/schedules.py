"""Faults of scheduling."""

from collections.abc import Collection, Mapping
from typing import Any


def schedules_by_reading(faults: Collection[str]) -> bool:
    """Tell whether a look at the schedules makes one."""
    return "schedule-by-get" in faults


def frequencies(known: tuple[str, ...], body: Mapping[str, Any], faults: Collection[str]) -> tuple[str, ...]:
    """Return which frequencies are taken; with the fault, any text."""
    given = body.get("frequency")
    return (*known, given) if "schedule-takes-nonsense" in faults and isinstance(given, str) else known
