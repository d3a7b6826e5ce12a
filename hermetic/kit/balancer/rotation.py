"""Whose turn it is: requests are shared between servers by weight, smoothly."""

from collections.abc import Collection, Sequence

from hermetic.kit.balancer.conf import Server


class Rotation:
    """Smooth weighted round robin, as nginx has it: the shares hold exactly over each full turn."""

    def __init__(self, servers: Sequence[Server]) -> None:
        self._servers = [server for server in servers if not server.down]
        self._current = dict.fromkeys(self._servers, 0)

    def of(self, port: int | None, without: Collection[Server] = ()) -> Server | None:
        """Return the live server of a port, if there is one."""
        return next((one for one in self._servers if one.port == port and one not in without), None)

    def turn(self, without: Collection[Server] = ()) -> Server | None:
        """Return whose turn it is, or None when nobody is left."""
        live = [server for server in self._servers if server not in without]
        if not live:
            return None
        for server in live:
            self._current[server] += server.weight
        chosen = max(live, key=lambda server: self._current[server])
        self._current[chosen] -= sum(server.weight for server in live)
        return chosen
