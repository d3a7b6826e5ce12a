"""Hearing what the database notifies: one session a listener, which ends with it.

LISTEN comes first, then what was missed is read, then what was notified meanwhile: nothing falls between. The triggers
number events in the order of their commits, so whatever has a number at or below the last one was told already.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import aclosing, asynccontextmanager, suppress
from typing import LiteralString

import psycopg
from psycopg import AsyncConnection, sql

from hermetic.mes_sql.broken.streams import distorted, stays_behind
from hermetic.mes_sql.server.sql.pool import conninfo
from hermetic.mes_sql.server.store import Channel, Event
from hermetic.mes_sql.world import GREEN, World

SILENCE_S = 10.0
_left_behind: set[AsyncConnection] = set()


@asynccontextmanager
async def listening(
    world: World, channel: Channel, after: int | None, missed: LiteralString, faults: Collection[str]
) -> AsyncIterator[AsyncIterator[Event | None]]:
    """Hear a channel; see `server.store.Store.listening`."""
    session = await AsyncConnection.connect(conninfo(world, f"{GREEN} stream"), autocommit=True)
    try:
        await session.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
        async with aclosing(_events(session, channel, after, missed)) as events:
            yield distorted(events, faults)
    finally:
        if stays_behind(faults):
            _left_behind.add(session)
        else:
            await asyncio.shield(_end(session, channel))


async def _end(session: AsyncConnection, channel: Channel) -> None:
    with suppress(psycopg.Error):
        await session.execute(sql.SQL("unlisten {}").format(sql.Identifier(channel)))
    await session.close()


async def _events(
    session: AsyncConnection, channel: Channel, after: int | None, missed: LiteralString
) -> AsyncGenerator[Event | None, None]:
    last = after if after is not None else -1
    if after is not None:
        cursor = await session.execute(missed, {"channel": channel, "after": after})
        for number, payload in await cursor.fetchall():
            yield Event(number, payload)
            last = number
    while True:
        async with aclosing(session.notifies(timeout=SILENCE_S)) as notifications:
            async for notify in notifications:
                number = int(json.loads(notify.payload)["id"])
                if number > last:
                    yield Event(number, notify.payload)
                    last = number
        yield None
