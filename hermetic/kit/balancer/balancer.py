"""A balancer as its supervisor starts it: nginx where there is one, else our own router."""

import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress

from hermetic.kit import forking
from hermetic.kit.balancer import nginx, router
from hermetic.kit.balancer.place import Place


class Balancer:
    """The process that shares requests between servers.

    Args:
        place: Where its files are; its configuration must be in place before it is started.
        listener: The socket that it listens on.
        serve: Serves our own router in the process it is called in; gets the descriptor to announce itself by.
    """

    def __init__(self, place: Place, listener: socket.socket, serve: Callable[[int], None]) -> None:
        self._place = place
        self._listener = listener
        self._serve = serve
        self._nginx: subprocess.Popen[bytes] | None = None
        self.pid = 0

    @property
    def kind(self) -> str:
        return "nginx" if self._nginx else "own"

    def start(self, tidy: Callable[[], None]) -> None:
        """Start it and wait until it answers; raises HermeticError when it does not."""
        place, program = self._place, nginx.program()
        if program:
            main = nginx.write_main(place.name, place.log, place.requests, place.rendered, place.folder / "nginx.conf")
            self._nginx = nginx.start(program, main, place.log, self._listener)
            self.pid = self._nginx.pid
        else:
            self.pid = forking.launch(f"the {place.name}", self._serve, tidy)

    def reload(self) -> None:
        """Have it read its configuration again, and wait until it goes by it."""
        if self._nginx:
            nginx.reload(self._nginx)
        else:
            router.reload(self._place, self.pid)

    def end(self) -> None:
        if self._nginx:
            self._nginx.terminate()  # its fast end, which takes its worker along
            with suppress(subprocess.TimeoutExpired):
                self._nginx.wait(2.0)
        else:
            forking.kill_all([self.pid])
