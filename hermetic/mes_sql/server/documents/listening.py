"""Hearing what the old store has changed, by asking it again and again; it answers when there is something."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hermetic.kit.http_client import Client
from hermetic.mes_sql.server.documents import client as documents
from hermetic.mes_sql.server.store import Channel, Event

WAIT_S = 10.0
COLLECTIONS: dict[Channel, str] = {
    "mes_plan_updates": "mes-production-plans",
    "mes_assignment_updates": "mes-worker-assignments",
    "mes_worker_updates": "mes-workers",
}


@asynccontextmanager
async def listening(client: Client, channel: Channel, after: int | None) -> AsyncIterator[AsyncIterator[Event | None]]:
    """Hear a channel; see `server.store.Store.listening`."""
    yield _events(client, COLLECTIONS[channel], after)


async def _events(client: Client, collection: str, after: int | None) -> AsyncIterator[Event | None]:
    last = after if after is not None else -1  # -1 stands for now
    while True:
        found = await documents.changes(client, collection, last, WAIT_S, "blue")
        for change in found:
            last = change["id"]
            if "operation" in change:
                yield Event(last, json.dumps(change))
        yield None
