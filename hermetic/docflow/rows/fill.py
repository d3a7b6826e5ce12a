"""All rows of a state."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from hermetic.docflow import database
from hermetic.docflow.broken.event import distorted
from hermetic.docflow.broken.records import is_stored
from hermetic.docflow.rollout import event_of, minutes_between
from hermetic.docflow.rows import documents, months, people, requests, usage
from hermetic.docflow.states import Moments, State

SOON = timedelta(seconds=20)


def fill(
    connection: database.Connection,
    state: State,
    moments: Moments,
    now: datetime,
    release: str,
    faults: Collection[str],
) -> None:
    """Empty every table, then store what a state has."""
    database.empty(connection)
    documents.fill(connection, now, faults, classified=state.released)
    months.fill(connection, now)
    people.fill(connection, now, rated=state.released)
    canary, full = moments.canary_began, moments.full_began
    if state.recorded and canary and full:
        measured = requests.fill(connection, canary, full, release, faults)
        usage.fill(connection, full, now, release, faults)
        if is_stored("event", faults):
            write_event(connection, event_of(minutes_between(canary, full), measured, full + SOON), faults)


def write_event(connection: database.Connection, event: dict[str, Any], faults: Collection[str]) -> None:
    """Write the event that ended the rollout into the audit."""
    written = distorted(event, faults)
    connection.execute(
        'insert into docflow.audit (type, "timestamp", details) values (%s, %s, %s)',
        [written["type"], written["timestamp"], Jsonb(written["details"])],
    )
