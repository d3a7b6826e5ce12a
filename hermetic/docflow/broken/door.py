"""Faults of the door."""

from collections.abc import Collection

LEFT_OPEN = "/api/admin/audit"


def is_open(path: str, faults: Collection[str]) -> bool:
    """Tell whether an endpoint lets strangers in."""
    return "token-not-checked" in faults and path == LEFT_OPEN
