"""A WebSocket passed on: one connection to the server behind, messages both ways until either end leaves."""

import asyncio
from collections.abc import AsyncIterator

from starlette.types import Receive, Scope, Send
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.utilities import RemoteProtocolError

CHUNK = 65536
GOING_AWAY = 1001
OWN_HEADERS = (b"host", b"connection", b"upgrade", b"content-length", b"sec-websocket-")
BROKEN = (OSError, EOFError, RemoteProtocolError)


class Tunnel:
    """A connection to a server of this machine, as a client's."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._connection = WSConnection(ConnectionType.CLIENT)

    async def open(self, scope: Scope, port: int) -> AcceptConnection | RejectConnection:
        """Ask for what the client asked for; return the server's answer."""
        query = scope["query_string"].decode("latin-1")
        target = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        headers = [pair for pair in scope["headers"] if not pair[0].startswith(OWN_HEADERS)]
        await self.send(Request(f"127.0.0.1:{port}", target, extra_headers=headers))
        async for event in self.events():
            if isinstance(event, AcceptConnection | RejectConnection):
                return event
        raise EOFError("the server closed the connection")

    async def send(self, event: Event) -> None:
        self._writer.write(self._connection.send(event))
        await self._writer.drain()

    async def events(self) -> AsyncIterator[Event]:
        """Yield what comes, until the server ends it."""
        while True:
            for event in self._connection.events():
                yield event
            data = await self._reader.read(CHUNK)
            if not data:
                return
            self._connection.receive_data(data)

    def close(self) -> None:
        self._writer.close()


async def relay(scope: Scope, receive: Receive, send: Send, port: int) -> None:
    """Pass a WebSocket on to a server; one that is refused there is refused here, with the same status.

    Raises:
        OSError, EOFError: Nobody answers there.
    """
    await receive()  # the wish to connect
    tunnel = Tunnel(*await asyncio.open_connection("127.0.0.1", port))
    try:
        answer = await tunnel.open(scope, port)
        if isinstance(answer, RejectConnection):
            await _refuse(send, answer.status_code)
            return
        await send({"type": "websocket.accept", "subprotocol": answer.subprotocol})
        ways = [asyncio.ensure_future(way) for way in (_outward(tunnel, receive), _inward(tunnel, send))]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
    finally:
        tunnel.close()


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "websocket.http.response.start", "status": status, "headers": []})
    await send({"type": "websocket.http.response.body", "body": b""})


async def _outward(tunnel: Tunnel, receive: Receive) -> None:
    """Pass on what the client sends, until it leaves."""
    while (message := await receive())["type"] == "websocket.receive":
        text = message.get("text")
        await tunnel.send(BytesMessage(message["bytes"]) if text is None else TextMessage(text))
    await tunnel.send(CloseConnection(GOING_AWAY))


async def _inward(tunnel: Tunnel, send: Send) -> None:
    """Pass on what the server sends, until it leaves."""
    async for event in tunnel.events():
        if isinstance(event, TextMessage):
            await send({"type": "websocket.send", "text": event.data})
        elif isinstance(event, BytesMessage):
            await send({"type": "websocket.send", "bytes": bytes(event.data)})
        elif isinstance(event, Ping):
            await tunnel.send(event.response())
        elif isinstance(event, CloseConnection):
            break
    await send({"type": "websocket.close", "code": GOING_AWAY})
