"""Faults of the streams: events that are lost, late or repeated, and sessions that are left behind."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection

from hermetic.mes_sql.server.store import Event

LOST_EACH = 3
LATE_S = 1.6
DROPPED_AFTER_S = 3.0
FEW = 20


async def distorted(events: AsyncIterator[Event | None], faults: Collection[str]) -> AsyncIterator[Event | None]:
    """Yield events as the planted faults let them through."""
    count = 0
    async for event in events:
        if event is None:
            if "stream-without-keep-alive" not in faults:
                yield None
            continue
        count += 1
        if "lost-notification" in faults and count % LOST_EACH == 0:
            continue
        if "stream-payload-incomplete" in faults:
            event = Event(event.number, json.dumps({"id": event.number, "key": json.loads(event.payload)["key"]}))
        if "late-notification" in faults:
            await asyncio.sleep(LATE_S)
        yield event
        if "repeated-notification" in faults:
            yield event


def stays_behind(faults: Collection[str]) -> bool:
    """Tell whether a session goes on listening after its listener has gone."""
    return "listen-left-behind" in faults


def too_many(faults: Collection[str], open_streams: int) -> bool:
    """Tell whether one more stream is refused."""
    return "streams-limited" in faults and open_streams >= FEW


def patience_s(faults: Collection[str]) -> float | None:
    """Return after how many seconds a stream is dropped; None for never."""
    return DROPPED_AFTER_S if "stream-drops" in faults else None


def broken_head(head: dict[str, str], faults: Collection[str]) -> dict[str, str]:
    """Return the headers of a stream's answer with the planted faults in them."""
    if "stream-cached" in faults:
        head = {**head, "Cache-Control": "max-age=60"}
    if "stream-not-event-stream" in faults:
        head = {**head, "Content-Type": "application/json"}
    if "stream-closes-connection" in faults:
        head = {**head, "Connection": "close"}
    return head


def framed(event: Event, faults: Collection[str]) -> str:
    """Return an event as it is sent; a client gives its number back when it comes again."""
    if "stream-unframed" in faults:
        return f"{event.payload}\n\n"
    number = "" if "replay-missing" in faults else f"id: {event.number}\n"
    return f"{number}data: {event.payload}\n\n"
