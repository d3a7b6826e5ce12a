"""The supervisor of one world: it owns the listening sockets, and wakes what serves at the first knock on one of them.

Until then it has imported nothing that serves, and nothing is started or made: a run that never comes here pays little.
"""

import secrets
import selectors
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hermetic.docflow.world import HOST, World
from hermetic.kit import listening
from hermetic.kit.manager import Manager

if TYPE_CHECKING:
    from hermetic.docflow.running import Running

PORTS = ("stable", "canary", "router", "edge", "control")
HOME = "docflow"


def open_world(line: str) -> "Supervisor":
    """Read the world, listen for it, and write down where it is.

    Raises:
        HermeticError: The line does not describe a world.
    """
    told = World.parse(line)
    home = told.directory / HOME
    for folder in (home, home / "log", home / "platform"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sockets = {name: listening.listen() for name in PORTS}
    urls = {f"{name}_url": listening.address(listener) for name, listener in sockets.items()}
    port, keeper = listening.reserve()
    keys = {name: secrets.token_urlsafe(24) for name in ("token", "vercel_token", "session_key")}
    world = World(**{**vars(told), **urls, **keys, "directory": home, "prometheus_url": f"http://{HOST}:{port}"})
    world.save()
    return Supervisor(world, sockets, keeper)


class Supervisor(Manager):
    """Starts the servers at the first knock, restarts them when the control port asks, and ends with stdin."""

    def __init__(self, world: World, sockets: dict[str, socket.socket], keeper: socket.socket | None) -> None:
        super().__init__()
        self.world = world
        self.sockets = sockets
        self.keeper = keeper  # of Prometheus' port
        self.running: Running | None = None

    def start(self) -> None:
        """Do nothing yet: whoever knocks is let in by `wake`."""

    def announcement(self) -> dict[str, Any]:
        """Return what the keeper is told of this world once it is ready."""
        return {
            "variables": self.world.variables,
            "control": self.world.control_url,
            "request_log": str(self.world.request_log),
        }

    def listens(self) -> list[tuple[socket.socket, Callable[[selectors.BaseSelector], None]]]:
        return [(listener, self.wake) for listener in self.sockets.values()]

    def wake(self, selector: selectors.BaseSelector) -> None:
        """Arrange the profile's state and start everything; the knock is answered by what was started."""
        if self.running:  # somebody else knocked at the same time
            return
        from hermetic.docflow.running import Running

        for listener in self.sockets.values():
            selector.unregister(listener)
        self.running = Running(self.world, self.sockets, self.tidy)
        self.running.start()
        self.start_control(self.running.serve_control)
        self.hear_control(selector)

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        assert self.running is not None, "the control port asks before it is there"
        return self.running.answer(request)

    def revive(self) -> None:
        if self.running:
            self.running.revive()

    def end(self) -> None:
        if self.running:
            self.running.end(self.control_pid)
