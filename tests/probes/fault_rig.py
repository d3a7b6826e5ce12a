"""A fault proxy in small: a server on 127.0.0.1 that answers byte by byte as told, and a log of what it was asked."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket], bool]
"""Writes an answer and returns whether the connection stays open."""


@dataclass
class Rig:
    """A server; `behaviours[path]` answers a request, `asked` holds each request as received."""

    port: int
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    connections: int = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def raw(self, path: str, answer: bytes) -> None:
        """Answer `path` with exactly these bytes, then close."""

        def behave(connection: socket.socket) -> bool:
            connection.sendall(answer)
            return False

        self.behaviours[path] = behave

    def reply(self, path: str, body: str | bytes, status: str = "200 OK", **headers: str) -> None:
        """Answer `path` with a well-formed reply and keep the connection."""
        data = body.encode() if isinstance(body, str) else body
        fields = {
            "content-type": "application/json",
            **{key.replace("_", "-"): value for key, value in headers.items()},
        }
        lines = "".join(f"{key}: {value}\r\n" for key, value in fields.items())
        answer = f"HTTP/1.1 {status}\r\n{lines}content-length: {len(data)}\r\n\r\n".encode() + data

        def behave(connection: socket.socket) -> bool:
            connection.sendall(answer)
            return True

        self.behaviours[path] = behave

    def drip(self, path: str, answer: bytes, pause_s: float) -> None:
        """Answer `path` one byte each `pause_s`."""

        def behave(connection: socket.socket) -> bool:
            for byte in answer:
                connection.sendall(bytes([byte]))
                if self.stopped.wait(pause_s):
                    break
            return False

        self.behaviours[path] = behave

    def hang(self, path: str) -> None:
        """Accept the request and never answer."""
        self.behaviours[path] = lambda _: self.stopped.wait(60) and False


@contextmanager
def running(context: ssl.SSLContext | None = None) -> Iterator[Rig]:
    """Run a rig, with TLS where a context is given."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        rig = Rig(listener.getsockname()[1])
        threading.Thread(target=_accept, args=(rig, listener, context), daemon=True).start()
        try:
            yield rig
        finally:
            rig.stopped.set()
            listener.shutdown(socket.SHUT_RDWR)


def _accept(rig: Rig, listener: socket.socket, context: ssl.SSLContext | None) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            rig.connections += 1
            threading.Thread(target=_serve, args=(rig, connection, context), daemon=True).start()


def _serve(rig: Rig, connection: socket.socket, context: ssl.SSLContext | None) -> None:
    with suppress(OSError), connection:
        secured = context.wrap_socket(connection, server_side=True) if context else connection
        with secured, secured.makefile("rb") as stream:
            keep = True
            while keep and (first := stream.readline()):
                fields = list(iter(stream.readline, b"\r\n"))
                size = next((int(f.split(b":")[1]) for f in fields if f.lower().startswith(b"content-length")), 0)
                rig.asked.append((first + b"".join(fields) + b"\r\n" + stream.read(size)).decode())
                keep = rig.behaviours[first.split()[1].decode().partition("?")[0]](secured)


def closed_port() -> int:
    """Return a port of 127.0.0.1 on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
