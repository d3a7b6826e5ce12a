"""Run the server in this process, on a socket that the supervisor listens on."""

import socket

from hermetic.kit import serving
from hermetic.mes.server.app import make_app
from hermetic.mes.world import World


def serve(world: World, environment: dict[str, str], listener: socket.socket, announce_fd: int) -> None:
    """Serve until SIGTERM. Writes one byte to `announce_fd` once requests are answered."""
    serving.serve(make_app(world, environment), listener, announce_fd)
