"""A small asynchronous HTTP client for one server of this machine, whose answers come as they are sent."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httptools

CHUNK = 65536
Headers = Sequence[tuple[bytes, bytes]]
BROKEN = (OSError, EOFError, httptools.HttpParserError)


@dataclass
class Reply:
    """An answer whose head is there; its body is read by `chunks` or `read`, or left by `close`."""

    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    _connection: "Connection | None" = None

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body in the pieces in which it arrives.

        Raises:
            EOFError, OSError, httptools.HttpParserError: It ends before it is complete.
        """
        assert self._connection is not None, "the answer has not begun"
        while chunk := await self._connection.body():
            yield chunk
        self._connection.release()

    async def read(self) -> bytes:
        return b"".join([chunk async for chunk in self.chunks()])

    def close(self) -> None:
        """Leave the rest of the body: the connection is of no use any more. After the end it does nothing."""
        if self._connection is not None:
            self._connection.abandon()


class Connection:
    """One connection, which carries one exchange at a time; httptools calls its `on_` methods."""

    def __init__(self, client: "Client", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._client = client
        self._reader = reader
        self._writer = writer
        self._busy = False
        self.began = False

    @property
    def usable(self) -> bool:
        return not self._reader.at_eof() and not self._writer.is_closing()

    async def exchange(self, method: str, path: str, headers: Headers, body: bytes) -> Reply:
        self._reply, self._complete, self._head = Reply(_connection=self), False, method == "HEAD"
        self._pieces: list[bytes] = []
        self._headed, self.began, self._busy = False, False, True
        self._parser = httptools.HttpResponseParser(self)
        lines = [f"{method} {path} HTTP/1.1".encode("latin-1"), *(b"%b: %b" % pair for pair in headers)]
        self._writer.write(b"\r\n".join([*lines, b"", body]))
        await self._writer.drain()
        while not self._headed:
            await self._feed()
        return self._reply

    async def body(self) -> bytes:
        """Return what has come of the body; nothing once it is complete."""
        while not self._pieces and not self._complete:
            await self._feed()
        taken, self._pieces = b"".join(self._pieces), []
        return taken

    async def _feed(self) -> None:
        data = await self._reader.read(CHUNK)
        if not data:
            if self._headed and not self._parser.should_keep_alive():  # a body may end with its connection
                self._complete = True
                return
            raise EOFError("the server closed the connection")
        self.began = True
        self._parser.feed_data(data)

    def release(self) -> None:
        """Give the connection back for the next exchange, if it can be used again."""
        self._busy = False
        if self._parser.should_keep_alive() and not self._head and self.usable:
            self._client.idle.append(self)
        else:
            self._writer.close()

    def abandon(self) -> None:
        if self._busy:
            self._busy = False
            self._writer.transport.abort()

    def on_header(self, name: bytes, value: bytes) -> None:
        self._reply.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        self._reply.status = self._parser.get_status_code()
        self._headed = True
        self._complete = self._head

    def on_body(self, data: bytes) -> None:
        self._pieces.append(data)

    def on_message_complete(self) -> None:
        self._complete = True


class Client:
    """Connections to one server, kept open between exchanges.

    Args:
        url: Such as http://127.0.0.1:8000; what follows the port is not used.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.address = (str(parts.hostname), int(parts.port or 80))
        self.idle: list[Connection] = []

    async def send(self, method: str, path: str, headers: Headers = (), body: bytes = b"") -> Reply:
        """Send a request and return its answer once the head is there.

        `headers` are added to Host and Content-Length. A kept connection that turns out to be closed is replaced.

        Raises:
            EOFError, OSError, httptools.HttpParserError: Nobody answers there.
        """
        host = b"%b:%d" % (self.address[0].encode(), self.address[1])
        sent = [(b"host", host), (b"content-length", b"%d" % len(body)), *headers]
        while self.idle:
            kept = self.idle.pop()
            if kept.usable:
                try:
                    return await kept.exchange(method, path, sent, body)
                except BROKEN:
                    if kept.began:
                        raise
        fresh = Connection(self, *await asyncio.open_connection(*self.address))
        try:
            return await fresh.exchange(method, path, sent, body)
        except asyncio.CancelledError:
            fresh.abandon()
            raise
