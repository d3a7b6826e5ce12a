"""The backstop: stops what does not go through a probe (`requests.post` or `urllib` in a step) at the socket.

Every TCP connection of Python code must lead to an allowed host, and every request of http.client (requests, urllib and
boto3 are built on it) that no probe asked for obeys the guard's rule for methods. Unix sockets and pipes pass. Not
seen are libraries that open sockets in C, such as libpq: there the database role, which may only read, is what holds.
"""

import http.client
import socket
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Self

from gonogo.guard import SAFE_METHODS, Guard, GuardRefused, was_asked

Patch = tuple[Any, str, Any]


class Backstop:
    """Holds the guard's allow-list for the whole process while installed.

    Attributes:
        attempts: What was stopped, as the refusals read; a run with attempts is not a GO, even where a step
            swallowed the refusal.
    """

    def __init__(self, guard: Guard) -> None:
        self.attempts: list[str] = []
        self._guard = guard
        self._names: dict[str, set[str]] = defaultdict(set)
        self._originals: list[Patch] = []

    def install(self) -> Self:
        """Put the backstop in place; a second call changes nothing."""
        if not self._originals:
            self._patch(http.client.HTTPConnection, "putrequest", self._putrequest)
            self._patch(socket.socket, "connect", self._connect)
            self._patch(socket.socket, "connect_ex", self._connect)
            self._patch(socket, "getaddrinfo", self._getaddrinfo)
        return self

    def uninstall(self) -> None:
        """Take the backstop away, leaving everything as it was."""
        while self._originals:
            owner, name, original = self._originals.pop()
            if original is None:
                delattr(owner, name)
            else:
                setattr(owner, name, original)

    def __enter__(self) -> Self:
        return self.install()

    def __exit__(self, *exc: object) -> None:
        self.uninstall()

    def _patch(self, owner: Any, name: str, wrap: Callable[[Any], Any]) -> None:
        self._originals.append((owner, name, vars(owner).get(name)))
        setattr(owner, name, wrap(getattr(owner, name)))

    def _putrequest(self, original: Any) -> Any:
        def putrequest(connection: http.client.HTTPConnection, method: str, url: str, *args: Any, **more: Any) -> None:
            if not was_asked():
                what = f"{method} {url.partition('?')[0]} outside the probes"
                self._check(lambda: self._guard.reach(what, connection.host, connection.port))
                if method.upper() not in SAFE_METHODS:
                    self._check(lambda: self._guard.mutate(what))
            original(connection, method, url, *args, **more)

        return putrequest

    def _connect(self, original: Any) -> Any:
        def connect(sock: socket.socket, address: Any) -> Any:
            if sock.family in (socket.AF_INET, socket.AF_INET6) and sock.type == socket.SOCK_STREAM:
                host, port = str(address[0]), int(address[1])
                names = {host} | self._names[host]
                if not any(self._guard.allows(name, port) for name in names):
                    self._check(lambda: self._guard.reach("a connection outside the probes", host, port))
            return original(sock, address)

        return connect

    def _getaddrinfo(self, original: Any) -> Any:
        def getaddrinfo(host: Any, *args: Any, **more: Any) -> Any:
            found = original(host, *args, **more)
            for *_, address in found:
                self._names[str(address[0])].add(host.decode() if isinstance(host, bytes) else str(host))
            return found

        return getaddrinfo

    def _check(self, ask: Callable[[], None]) -> None:
        try:
            ask()
        except GuardRefused as refused:
            self.attempts.append(str(refused))
            raise
