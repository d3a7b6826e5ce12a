"""The balancer where no nginx is: requests are shared by weight, smoothly, and answers pass through as they come."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.types import Message, Receive, Scope, Send

from hermetic.errors import HermeticError
from hermetic.kit.balancer import conf, websocket
from hermetic.kit.balancer.conf import Server
from hermetic.kit.balancer.place import Place
from hermetic.kit.balancer.rotation import Rotation
from hermetic.kit.http_client import BROKEN, Client, Reply
from hermetic.kit.log import ServiceLog
from hermetic.kit.request_log import RequestLog

HOP_BY_HOP = frozenset((b"connection", b"keep-alive", b"transfer-encoding", b"te", b"trailer", b"upgrade", b"host"))
LENGTH = b"content-length"
READ = "configuration read"
READ_TIMEOUT_S = 30.0


def _all(_: Scope) -> bool:
    return True


def _none(_: Scope) -> int | None:
    return None


@dataclass(frozen=True)
class Rules:
    """What a router goes by besides the weights.

    Args:
        admits: Whether a request may come in at all; else it is answered with 403.
        prefers: The port of the server that a request goes to if that one has traffic; None is whose turn it is.
    """

    admits: Callable[[Scope], bool] = _all
    prefers: Callable[[Scope], int | None] = _none


class Router:
    """The balancer as an ASGI application."""

    def __init__(self, place: Place, log: ServiceLog, rules: Rules | None = None) -> None:
        self._place = place
        self._log = log
        self._rules = rules or Rules()
        self._clients: dict[int, Client] = {}
        self.read()

    def read(self) -> None:
        """Read the configuration again; one that cannot be used leaves everything as it is."""
        try:
            self._rotation = Rotation(conf.read(self._place.rendered, self._place.upstream))
        except conf.Refused as error:
            self._log.error(str(error))
        else:
            self._log.info(READ)
        self._place.rendered.with_suffix(".read").write_text(str(time.monotonic_ns()), encoding="utf-8")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._tunnel(scope, receive, send)
            return
        body = await _whole(receive)
        if not self._rules.admits(scope):
            await _answer(send, 403, b"403 Forbidden")
            return
        reply = await self._ask(scope, body)
        if reply is None:
            await _answer(send, 502, b"502 Bad Gateway")
            return
        relay = asyncio.ensure_future(_relay(reply, send))
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait({relay, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            if not relay.done():
                relay.cancel()
                with suppress(asyncio.CancelledError):
                    await relay
            reply.close()
        if not relay.cancelled():
            relay.result()  # a body that breaks off must break off here, too

    async def _ask(self, scope: Scope, body: bytes) -> Reply | None:
        """Send a request to whose turn it is; the next one gets it when nobody answers there."""
        query = scope["query_string"]
        path = scope["raw_path"].decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")
        headers = [pair for pair in scope["headers"] if pair[0] not in HOP_BY_HOP and pair[0] != LENGTH]
        headers.append((b"x-forwarded-for", scope["client"][0].encode()))
        tried: set[Server] = set()
        while server := self._choose(scope, tried):
            client = self._clients.setdefault(server.port, Client(f"http://127.0.0.1:{server.port}"))
            try:
                return await client.send(scope["method"], path, headers, body)
            except BROKEN as error:
                self._log.error(f"127.0.0.1:{server.port}: {type(error).__name__}")
                tried.add(server)
        self._log.error("no live upstreams while connecting to upstream")
        return None

    def _choose(self, scope: Scope, tried: Collection[Server] = ()) -> Server | None:
        """Return where a request goes: to the server it prefers, else to whose turn it is."""
        preferred = self._rotation.of(self._rules.prefers(scope), without=tried)
        return preferred or self._rotation.turn(without=tried)

    async def _tunnel(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a WebSocket on; without a server, or a right to it, it is refused."""
        server = self._choose(scope) if self._rules.admits(scope) else None
        if server is None:
            await send({"type": "websocket.close"})
            return
        try:
            await websocket.relay(scope, receive, send, server.port)
        except websocket.BROKEN as error:
            self._log.error(f"127.0.0.1:{server.port}: {type(error).__name__}")


async def _whole(receive: Receive) -> bytes:
    pieces, more = [], True
    while more:
        message: Message = await receive()
        pieces.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(pieces)


async def _left(receive: Receive) -> None:
    """Return once the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _relay(reply: Reply, send: Send) -> None:
    kept = [pair for pair in reply.headers if pair[0] not in HOP_BY_HOP]
    await send({"type": "http.response.start", "status": reply.status, "headers": kept})
    async for chunk in reply.chunks():
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _answer(send: Send, status: int, title: bytes) -> None:
    content = b"<html><head><title>%b</title></head></html>\n" % title
    headers = [(b"content-type", b"text/html"), (LENGTH, str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def make_app(place: Place, rules: Rules | None = None) -> Starlette:
    """Return the application; SIGHUP has it read its configuration again."""
    router = Router(place, ServiceLog(place.log), rules)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, router.read)
        yield

    log = Middleware(RequestLog, path=place.requests, more=lambda: {"port": place.name})
    return Starlette(routes=[Mount("", app=router)], middleware=[log], lifespan=lifespan)


def reload(place: Place, pid: int) -> None:
    """Have the router read its configuration again, and wait until it has."""
    mark = place.rendered.with_suffix(".read")
    before = mark.read_text(encoding="utf-8")
    os.kill(pid, signal.SIGHUP)
    deadline = time.monotonic() + READ_TIMEOUT_S
    while mark.read_text(encoding="utf-8") == before:
        if time.monotonic() > deadline:
            raise HermeticError("the router did not take its new configuration", f"see the log of process {pid}")
        time.sleep(0.002)
