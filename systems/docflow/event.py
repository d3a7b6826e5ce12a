"""The audit event of a rollout: its fields, and what each must state."""

import re
from datetime import datetime, timedelta
from typing import Any

from gonogo.outcome import Missed
from systems.docflow import asked
from systems.docflow.service import DocFlow, Document

COMPLETE = "phase1_rollout_complete"
FIGURES = {
    "api_p95_ms": ("API p95 of the canary", 1000.0),
    "publish_p95_ms": ("publish p95 of the canary", 1000.0),
}
"""Figure of the event -> the named metric that it was taken from, and the factor from its base unit."""
_RANGE = re.compile(r"(-?[\d.]+) to below (-?[\d.]+)")


def newest(docflow: DocFlow, kind: str) -> Document:
    """Return the newest event of a type; Missed if there is none."""
    found = docflow.events(kind)
    if not found:
        raise Missed(f"there is no audit event {kind!r}; write it, from what Prometheus says")
    return found[0]


def at(docflow: DocFlow) -> datetime:
    """Return when the rollout was complete, as its event says, in UTC; Missed if it says no instant."""
    stated = newest(docflow, COMPLETE).get("timestamp")
    moment = instant(stated)
    if moment is None:
        raise Missed(
            f"the audit event's timestamp is {stated!r}, required an instant in UTC such as 2025-11-10T15:30:00Z"
        )
    return moment


def field(event: Document, path: str) -> Any:
    """Return what stands at a dotted path; None if nothing does."""
    found: Any = event
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def states(found: Any, what: str) -> bool:
    """Return whether a field states `what`.

    Args:
        found: The field.
        what: 'exactly "text"', 'exactly 30', 'an instant in UTC', '1 to below 200', or 'all of a, b, c'.

    Raises:
        ValueError: If `what` has none of these forms.
    """
    if what == "an instant in UTC":
        return instant(found) is not None
    if what.startswith("exactly "):
        return str(found) == what.removeprefix("exactly ").strip('"') and not isinstance(found, bool)
    if what.startswith("all of "):
        return isinstance(found, list) and set(found) == set(what.removeprefix("all of ").split(", "))
    within = _RANGE.fullmatch(what)
    if within is None:
        raise ValueError(f"{what!r} is nothing that a field can state")
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return is_number and float(within[1]) <= found < float(within[2])


def instant(found: Any) -> datetime | None:
    """Return an ISO instant in UTC; None for anything else, such as a local time."""
    try:
        moment = datetime.fromisoformat(found) if isinstance(found, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.utcoffset() == timedelta(0) else None


def measured(docflow: DocFlow) -> dict[str, float]:
    """Return the figures that Prometheus gives now, under the names and in the units of the event."""
    share = asked.share_of_server_errors(docflow)
    found = {key: asked.value(docflow, name) * factor for key, (name, factor) in FIGURES.items()}
    return found | {"error_rate_percent": 100 * share.events / share.total}


def off(stated: Any, measured_: float) -> float:
    """Return by which part of what was measured a stated figure is off; infinite for what is no number."""
    if isinstance(stated, bool) or not isinstance(stated, int | float):
        return float("inf")
    if measured_ == 0:
        return 0.0 if stated == 0 else float("inf")
    return abs(stated - measured_) / measured_
