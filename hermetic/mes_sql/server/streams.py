"""Server-sent events: an answer that lasts until its client, its store, the network or the service ends it."""

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import suppress

from starlette.types import Receive, Scope, Send

from hermetic.mes_sql.broken.streams import broken_head, framed, patience_s
from hermetic.mes_sql.server.store import Event, Hearing

RETRY_MS = 500
HEAD = {"Content-Type": "text/event-stream", "Cache-Control": "no-cache", "Connection": "keep-alive"}


class Streams:
    """All open streams of an instance."""

    def __init__(self, faults: Collection[str]) -> None:
        self.faults = faults
        self.number = 0  # all that were let in, also those whose store does not listen yet
        self._open: set[asyncio.Future[None]] = set()

    def cut(self) -> None:
        """End every open stream at once, without a last word, as a network would."""
        for ending in self._open:
            if not ending.done():
                ending.set_result(None)

    async def hold(self, stream: "Stream", send: Send, receive: Receive) -> None:
        """Send what is heard until somebody ends it."""
        ending: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._open.add(ending)
        tasks = [asyncio.ensure_future(stream.relay(send)), asyncio.ensure_future(_left(receive))]
        try:
            await asyncio.wait({ending, *tasks}, timeout=patience_s(self.faults), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open.discard(ending)
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        if not tasks[1].done() or tasks[1].cancelled():
            raise ConnectionAbortedError("the stream was cut")  # the server then drops the connection


async def _left(receive: Receive) -> None:
    """Return once the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


class Stream:
    """The answer to one client: an ASGI application."""

    def __init__(self, streams: Streams, hearing: Hearing) -> None:
        self._streams = streams
        self._hearing = hearing
        streams.number += 1

    async def __call__(self, _: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._serve(receive, send)
        finally:
            self._streams.number -= 1

    async def _serve(self, receive: Receive, send: Send) -> None:
        head = broken_head(HEAD, self._streams.faults)
        headers = [(name.lower().encode(), value.encode()) for name, value in head.items()]
        async with self._hearing as self._events:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await _write(send, f"retry: {RETRY_MS}\n\n")
            with suppress(ConnectionAbortedError):
                await self._streams.hold(self, send, receive)

    async def relay(self, send: Send) -> None:
        """Send what happens, and a comment now and then."""
        events: AsyncIterator[Event | None] = self._events
        async for event in events:
            await _write(send, ": keep-alive\n\n" if event is None else framed(event, self._streams.faults))


async def _write(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
