"""The balancer where no nginx is: requests are shared by weight, smoothly, and answers pass through as they come."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount
from starlette.types import Message, Receive, Scope, Send

from hermetic.kit.http_client import BROKEN, Client, Reply
from hermetic.kit.log import ServiceLog
from hermetic.kit.request_log import RequestLog
from hermetic.mes_sql.balancer import conf
from hermetic.mes_sql.balancer.conf import Server
from hermetic.mes_sql.balancer.place import rendered
from hermetic.mes_sql.world import World

HOP_BY_HOP = frozenset((b"connection", b"keep-alive", b"transfer-encoding", b"te", b"trailer", b"upgrade", b"host"))
LENGTH = b"content-length"
READ = "configuration read"
READ_TIMEOUT_S = 2.0


class Rotation:
    """Smooth weighted round robin, as nginx has it: the shares hold exactly over each full turn."""

    def __init__(self, servers: Sequence[Server]) -> None:
        self._servers = [server for server in servers if not server.down]
        self._current = dict.fromkeys(self._servers, 0)

    def turn(self, without: Collection[Server] = ()) -> Server | None:
        """Return whose turn it is, or None when nobody is left."""
        live = [server for server in self._servers if server not in without]
        if not live:
            return None
        for server in live:
            self._current[server] += server.weight
        chosen = max(live, key=lambda server: self._current[server])
        self._current[chosen] -= sum(server.weight for server in live)
        return chosen


class Router:
    """The balancer as an ASGI application."""

    def __init__(self, file: Path, log: ServiceLog) -> None:
        self._file = file
        self._log = log
        self._clients: dict[int, Client] = {}
        self.read()

    def read(self) -> None:
        """Read the configuration again; one that cannot be used leaves everything as it is."""
        try:
            self._rotation = Rotation(conf.read(self._file))
        except conf.Refused as error:
            self._log.error(str(error))
        else:
            self._log.info(READ)
        self._file.with_suffix(".read").write_text(str(time.monotonic_ns()), encoding="utf-8")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _whole(receive)
        reply = await self._ask(scope, body)
        if reply is None:
            await _bad_gateway(send)
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
        while server := self._rotation.turn(without=tried):
            client = self._clients.setdefault(server.port, Client(f"http://127.0.0.1:{server.port}"))
            try:
                return await client.send(scope["method"], path, headers, body)
            except BROKEN as error:
                self._log.error(f"127.0.0.1:{server.port}: {type(error).__name__}")
                tried.add(server)
        self._log.error("no live upstreams while connecting to upstream")
        return None


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


async def _bad_gateway(send: Send) -> None:
    content = b"<html><head><title>502 Bad Gateway</title></head></html>\n"
    headers = [(b"content-type", b"text/html"), (LENGTH, str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 502, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def make_app(world: World) -> Starlette:
    """Return the application; SIGHUP has it read its configuration again."""
    router = Router(rendered(world), ServiceLog(world.log_of("balancer")))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, router.read)
        yield

    log = Middleware(RequestLog, path=world.request_log, more=lambda: {"port": "balancer"})
    return Starlette(routes=[Mount("", app=router)], middleware=[log], lifespan=lifespan)


def reload(world: World, pid: int) -> None:
    """Have the router read its configuration again, and wait until it has."""
    mark = rendered(world).with_suffix(".read")
    before = mark.read_text(encoding="utf-8")
    os.kill(pid, signal.SIGHUP)
    deadline = time.monotonic() + READ_TIMEOUT_S
    while mark.read_text(encoding="utf-8") == before and time.monotonic() < deadline:
        time.sleep(0.002)
