"""Faults in what is stored while the service runs."""

from collections.abc import Collection

LOST = {"schedule": "schedule-not-stored", "event": "audit-not-written"}


def is_stored(what: str, faults: Collection[str]) -> bool:
    """Tell whether what was announced is really kept."""
    return LOST[what] not in faults
