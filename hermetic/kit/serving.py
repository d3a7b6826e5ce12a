"""Serving an application in this process, on a socket that the supervisor listens on."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

GRACE_S = 2
TURNS_TO_CONNECT = 5  # of the loop, until asyncio tells of a connection that it has accepted
FIRST_REQUEST_S = 1.0  # a client that has connected sends its request at once, or as soon as its machine lets it


def _nothing() -> None:
    """Do nothing: most applications have nothing that must end before they do."""


class Server(uvicorn.Server):
    """A server that tells the supervisor when it answers, and stops at once when it is asked to and idle."""

    def __init__(self, config: uvicorn.Config, announce_fd: int, farewell: Callable[[], None] = _nothing) -> None:
        super().__init__(config)
        self._announce_fd = announce_fd
        self._farewell = farewell
        self._asked = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        os.write(self._announce_fd, b"+")

    async def main_loop(self) -> None:
        """As uvicorn's, but woken by the signal instead of looking for it ten times a second."""
        self._loop = asyncio.get_running_loop()
        seconds = 0
        while not await self.on_tick(seconds * 10):
            seconds += 1
            try:
                await asyncio.wait_for(self._asked.wait(), 1.0)
            except TimeoutError:
                continue

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting, answer what was accepted, then close: a request that has arrived is never dropped."""
        loop = asyncio.get_running_loop()
        for server in self.servers:
            for one in server.sockets:
                loop.remove_reader(one.fileno())
        for _ in range(TURNS_TO_CONNECT):  # a server that is closed drops what it has accepted and not connected yet
            await asyncio.sleep(0)
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        self._farewell()
        patience = loop.time() + FIRST_REQUEST_S
        deadline = loop.time() + GRACE_S
        while self.busy(waiting=loop.time() < patience) and loop.time() < deadline:
            await asyncio.sleep(0.005)
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self.lifespan.shutdown()

    def busy(self, *, waiting: bool) -> bool:
        """Tell whether a request is under way; with `waiting` also whether a new connection has sent none yet.

        A WebSocket has no requests: it is closed when the server goes.
        """
        cycles = [one.cycle for one in self.server_state.connections if hasattr(one, "cycle")]
        return any(
            (cycle is None and waiting) or (cycle is not None and not cycle.response_complete) for cycle in cycles
        )

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if hasattr(self, "_loop"):
            self._loop.call_soon_threadsafe(self._asked.set)


def serve(
    app: ASGIApp,
    listener: socket.socket,
    announce_fd: int,
    farewell: Callable[[], None] = _nothing,
    *,
    websockets: bool = False,
) -> None:
    """Serve until SIGTERM. Writes one byte to `announce_fd` once requests are answered.

    `farewell` is called when the end begins: it ends answers that would go on for ever.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=30,
        http="httptools",
        ws="wsproto" if websockets else "none",
        server_header=False,
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(Server(config, announce_fd, farewell).serve([listener]))
