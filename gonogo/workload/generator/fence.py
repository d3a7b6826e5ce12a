"""The guard's rules inside the generator: allowed hosts, methods and the budget's rate, held whatever the users do."""

import socket
from collections.abc import Callable
from time import perf_counter
from typing import Any

from gonogo.workload.order import Host, Order

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Refused(Exception):
    """Something was not sent, because the order does not allow it."""


class Fence:
    """Holds an order's limits in one process.

    Attributes:
        refusals: Why something was refused, and how often.
    """

    def __init__(self, order: Order, share: float = 1.0, clock: Callable[[], float] = perf_counter) -> None:
        self.refusals: dict[str, int] = {}
        self._hosts = frozenset(order.hosts())
        self._mutates = order.mutates
        self._rate = order.max_rate_per_s * share if order.max_rate_per_s is not None else None
        self._tokens = self._most = max(self._rate or 0.0, 1.0)
        self._clock = clock
        self._filled = clock()

    def without_rate(self) -> "Fence":
        """Let the rate go, for what is no load; hosts and methods stay."""
        self._rate = None
        return self

    def request(self, method: str) -> None:
        """Let one request pass; raises Refused where its method changes something, or the rate is used up."""
        if method not in _SAFE_METHODS and not self._mutates:
            self.refuse(f"{method} in an order that changes nothing; give the order mutates = true")
        if self._rate is None:
            return
        now = self._clock()
        self._tokens = min(self._most, self._tokens + (now - self._filled) * self._rate)
        self._filled = now
        if self._tokens < 1:
            self.refuse(f"more than {self._rate:g} requests a second; ask for a lower rate, or have the budget raised")
        self._tokens -= 1

    def allows(self, host: str, port: int) -> bool:
        """Return whether a host's name, or its address, is on the list."""
        return (host, port) in self._hosts or (host, None) in self._hosts

    def listed(self) -> frozenset[Host]:
        """Return the hosts on the list."""
        return self._hosts

    def reach(self, host: str, port: int) -> None:
        """Let a connection to a host pass, or raise Refused."""
        if not self.allows(host.lower(), port):
            self.refuse(f"a connection to {host}:{port}; add it to allowed_hosts if it belongs to this environment")

    def refuse(self, what: str) -> None:
        """Count a refusal and raise it."""
        if what in self.refusals or len(self.refusals) < 20:
            self.refusals[what] = self.refusals.get(what, 0) + 1
        raise Refused(f"not sent: {what}")


def hold(fence: Callable[[], Fence | None]) -> None:
    """Let every TCP connection of this process ask the fence, also those of other clients and of redirects.

    Locust's own messages are sent by ZeroMQ, outside Python's sockets, and its web page only answers.

    Args:
        fence: Gives the present fence; None where nothing is ordered yet, and nothing may be reached.
    """
    connect: Any = socket.socket.connect

    def asking(sock: socket.socket, address: Any) -> Any:
        if sock.family in (socket.AF_INET, socket.AF_INET6) and sock.type & socket.SOCK_STREAM:
            host, port = str(address[0]), int(address[1])
            present = fence()
            if present is None:
                raise Refused(f"not sent: a connection to {host}:{port} before the load has begun")
            if not any(present.allows(name, port) for name in _names(host, present)):
                present.reach(host, port)
        return connect(sock, address)

    socket.socket.connect = asking  # type: ignore[assignment,method-assign]


_resolved: dict[tuple[str, int | None], frozenset[str]] = {}


def _names(host: str, fence: Fence) -> set[str]:
    """Return the host itself, and the allowed names that resolve to it."""
    return {host} | {name for name, port in fence.listed() if host in _addresses(name, port)}


def _addresses(name: str, port: int | None) -> frozenset[str]:
    if (name, port) not in _resolved:
        try:
            found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        except OSError:
            return frozenset()
        _resolved[name, port] = frozenset(str(address[0]) for *_, address in found)
    return _resolved[name, port]
