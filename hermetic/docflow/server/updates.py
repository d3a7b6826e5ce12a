"""GET /ws/updates: a WebSocket that tells of each change of the queue, whichever instance made it."""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import psycopg
from starlette.websockets import WebSocket, WebSocketDisconnect

from hermetic.docflow.broken.updates import is_told
from hermetic.docflow.server.metrics import Metrics
from hermetic.docflow.server.session import knows
from hermetic.docflow.world import World

CHANNEL = "docflow_updates"
PAUSE_S = 0.2
FULL = 1000  # messages that a reader may be behind
FORBIDDEN = 1008


class Updates:
    """All open WebSockets of an instance, and the one session of the database that hears of changes."""

    def __init__(self, world: World, metrics: Metrics, faults: Collection[str]) -> None:
        self._world = world
        self._metrics = metrics
        self._faults = faults
        self._readers: set[asyncio.Queue[str]] = set()
        self._listening = asyncio.Event()

    @asynccontextmanager
    async def hearing(self) -> AsyncIterator[None]:
        """Listen to the database while this lasts; a change after its begin is told."""
        task = asyncio.ensure_future(self._listen())
        try:
            await self._listening.wait()
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _listen(self) -> None:
        conninfo = self._world.conninfo_of(self._world.store)
        while True:
            with suppress(psycopg.Error):  # a database that comes back is listened to again
                async with await psycopg.AsyncConnection.connect(conninfo, autocommit=True) as connection:
                    await connection.execute(f"listen {CHANNEL}")
                    self._listening.set()
                    async for note in connection.notifies():
                        self._tell(note.payload)
            await asyncio.sleep(PAUSE_S)

    def _tell(self, payload: str) -> None:
        """Hand a change to every reader; one that is far behind misses it."""
        if not is_told(self._faults):
            return
        text = json.dumps({"type": "queue", **json.loads(payload)})
        for reader in self._readers:
            with suppress(asyncio.QueueFull):
                reader.put_nowait(text)

    async def serve(self, socket: WebSocket) -> None:
        """Serve one reader until it leaves: once accepted, it is told every change; without a login it is refused."""
        if not knows(self._world, socket.headers):
            await socket.close(FORBIDDEN)
            return
        with self._reading() as reader:
            await socket.accept()
            ways = [asyncio.ensure_future(way) for way in (self._send(socket, reader), self._receive(socket))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)

    @contextmanager
    def _reading(self) -> Iterator["asyncio.Queue[str]"]:
        """Keep, while this lasts, what there is to tell one reader."""
        reader: asyncio.Queue[str] = asyncio.Queue(FULL)
        self._readers.add(reader)
        try:
            yield reader
        finally:
            self._readers.discard(reader)

    async def _send(self, socket: WebSocket, reader: "asyncio.Queue[str]") -> None:
        while True:
            await socket.send_text(await reader.get())
            self._metrics.count("websocket_messages_total", direction="sent")

    async def _receive(self, socket: WebSocket) -> None:
        with suppress(WebSocketDisconnect):
            while True:
                await socket.receive_text()
                self._metrics.count("websocket_messages_total", direction="received")
