"""What leaves: header fields and request lines that cannot be broken out of, addresses, trust in certificates."""

import socket
import ssl
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from gonogo.workload.generator.fence import Refused
from gonogo.workload.order import Order


def standing(order: Order) -> dict[str, str]:
    """Return the header fields that every request of a run has: who is asking, and for which run."""
    return {"User-Agent": "gonogo-load", "Accept": "*/*", "X-Gonogo-Run": order.run}


def header_fields(headers: Mapping[str, str]) -> str:
    """Return header fields as they are sent; raises Refused for a value that would break out of its line."""
    for name, value in headers.items():
        if any(mark in name + value for mark in "\r\n\0"):
            raise Refused(f"not sent: the header {name!r} holds a line break")
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())


@lru_cache(maxsize=4096)
def request_head(method: str, path: str, fields: str) -> bytes:
    """Return request line and header fields; raises Refused for a path that would break out of its line."""
    if not path.startswith("/") or any(mark <= " " for mark in path):
        raise Refused(f"not sent: {path[:80]!r} is no path; it starts with / and is percent-encoded")
    return f"{method} {path} HTTP/1.1\r\n{fields}".encode("latin-1")


@lru_cache(maxsize=64)
def resolved(host: str, port: int) -> tuple[int, Any]:
    """Return family and address of a host; looked up once a process, so that a name server is no part of a latency."""
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    return int(family), address


@lru_cache(maxsize=8)
def tls_context(ca_file: str) -> ssl.SSLContext:
    """Return a context that verifies certificate and name."""
    return ssl.create_default_context(cafile=ca_file or None)
