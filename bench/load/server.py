"""A small fast server on 127.0.0.1 with a counter, and with a path for each way of being slow: python server.py.

    /                  at once
    /delay=S           after S seconds
    /work=S            after S seconds of its core's time
    /stall=S:PERIOD    after 5 ms; but in the last S of every PERIOD seconds nothing is answered
    /count             how many requests it has had, this one apart

Prints its port, and ends when its standard input does.
"""

import asyncio
import sys
from time import process_time, time

USUAL_S = 0.005


def whole(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


OK = whole(b"ok")


class Answering(asyncio.Protocol):
    """One connection; its requests have no body, and come one after the other."""

    counted = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.received = transport, b""

    def data_received(self, data: bytes) -> None:
        self.received += data
        if self.received.endswith(b"\r\n\r\n"):
            path = self.received.split(b" ", 2)[1]
            self.received = b""
            self.answer(path)

    def answer(self, path: bytes) -> None:
        if path == b"/count":
            self.transport.write(whole(b"%d" % Answering.counted))
            return
        Answering.counted += 1
        kind, _, argument = path.decode().partition("=")
        if not argument:
            self.transport.write(OK)
        elif kind == "/work":
            work(float(argument))
            self.transport.write(OK)
        else:
            asyncio.get_running_loop().call_later(pause(kind, argument), self.late)

    def late(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(OK)


def pause(kind: str, argument: str) -> float:
    """Return how long an answer takes; a stall holds it to the end of the period."""
    if kind == "/delay":
        return float(argument)
    length, period = map(float, argument.split(":"))
    left = period - time() % period
    return USUAL_S + (left if left <= length else 0.0)


def work(seconds: float) -> None:
    until = process_time() + seconds
    while process_time() < until:
        pass


async def main() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
