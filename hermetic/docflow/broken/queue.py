"""Faults of the queue's filter."""

from collections.abc import Collection
from typing import Any


def asked_type(kind: str | None, faults: Collection[str]) -> str | None:
    """Return which type is really looked for."""
    return None if "queue-filter-ignored" in faults else kind


def left_out(rows: list[dict[str, Any]], kind: str | None, faults: Collection[str]) -> list[dict[str, Any]]:
    """Return the rows that are answered: with the fault a filtered list lacks its first."""
    return rows[1:] if kind is not None and "queue-filter-incomplete" in faults else rows
