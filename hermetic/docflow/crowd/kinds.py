"""What users ask for, step by step; who has a feature uses it."""

from typing import Any

from hermetic.docflow.features import AI, FORECAST, SCHEDULING

ADMIN = "/api/admin"
SCHEDULE = f"{ADMIN}/analytics/export/schedule"
DOCUMENTS = f"{ADMIN}/documents"
NEW = "{new}"
"""Stands in a path for a document that is uploaded for this step."""
TAG = "traffic"
Step = tuple[str, str, dict[str, Any] | None]
On = dict[str, bool]


def queue(on: On) -> list[Step]:
    second = f"{ADMIN}/queue?aiType=invoice&limit=20" if on[AI] else f"{ADMIN}/queue?limit=20"
    return [("GET", f"{ADMIN}/queue?limit=20", None), ("GET", second, None)]


def analytics(on: On) -> list[Step]:
    return [("GET", f"{ADMIN}/analytics{'?forecast=true' if on[FORECAST] else ''}", None)]


def export(on: On) -> list[Step]:
    order = {"format": "csv", "frequency": "weekly", "tag": TAG}
    steps: list[Step] = [("GET", f"{ADMIN}/analytics/export?format=csv", None)]
    return [*steps, ("POST", SCHEDULE, order), ("GET", SCHEDULE, None)] if on[SCHEDULING] else steps


def publish(_: On) -> list[Step]:
    return [("POST", f"{DOCUMENTS}/{NEW}/publish", None)]


def pages(_: On) -> list[Step]:
    """Return what pages report of themselves: how long they took."""
    seconds = {"queue_load": 0.05, "analytics_render": 0.08}
    return [("POST", f"{ADMIN}/page-events", {"kind": kind, "seconds": took}) for kind, took in seconds.items()]


def mixed(on: On) -> list[Step]:
    """Return a little of everything; about a fifth is publishing."""
    return [*queue(on), *publish(on), *analytics(on), *export(on), *publish(on), *pages(on)]


KINDS = {"queue": queue, "analytics": analytics, "export": export, "publish": publish, "mixed": mixed}
