"""Listening sockets of a supervisor. A module of its own: a supervisor may listen before it imports what serves."""

import platform
import socket

BACKLOG = 512


def listen(port: int = 0) -> socket.socket:
    """Return a listening socket that says it is TCP: asyncio switches Nagle's algorithm off for no other.

    Args:
        port: One that the caller has reserved; 0 is any.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if port:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(BACKLOG)
    return listener


def reserve() -> tuple[int, socket.socket | None]:
    """Return a free port for a program that listens by itself, and a socket that keeps it from being given to others.

    The socket does not listen, so a server that asks for this very port gets it. Elsewhere than on Linux an address
    cannot be shared so: there is no socket then, and the port was free a moment ago.

    Source: Linux lets sockets bind one address if all say SO_REUSEADDR and none listens yet (socket(7)).
    """
    keeper = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind(("127.0.0.1", 0))
    port = int(keeper.getsockname()[1])
    if platform.system() == "Linux":
        return port, keeper
    keeper.close()
    return port, None


def address(listener: socket.socket) -> str:
    """Return the URL of a listening socket."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"
