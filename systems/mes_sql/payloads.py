"""What an event carries, and what the database says it has notified."""

from collections.abc import Iterable, Mapping
from typing import Any

from gonogo import judge
from gonogo.outcome import Missed, Unverified
from gonogo.probes.event_stream import Event
from systems.mes_sql.build import Build
from systems.mes_sql.streams import Published

FIELDS = ("operation", "key", "planId", "status", "at")


def well_formed(event: Event) -> bool:
    """Return whether an event is one line of JSON that holds all FIELDS."""
    try:
        payload = event.json()
    except (Missed, Unverified):
        return False
    return "\n" not in event.data and isinstance(payload, dict) and all(field in payload for field in FIELDS)


def notified(build: Build, published: Published) -> dict[str, str]:
    """Return the payloads that the database has notified of what was published, by their number."""
    keys = sorted({key for _, key in published.events})
    rows = build.green.query("notifications about", keys=keys)
    ours = [row["payload"] for row in rows if (row["payload"]["operation"], row["payload"]["key"]) in published.events]
    return by_number(ours)


def by_number(payloads: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return payloads as canonical text by their number."""
    return judge.by_key("payloads", payloads, "id")
