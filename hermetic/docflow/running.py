"""What runs in a world once it is awake: both instances, the router, the edge config, and Prometheus."""

import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from hermetic.docflow import arrange, control, database, states
from hermetic.docflow.platforms import edge, sharing
from hermetic.docflow.server.app import make_app
from hermetic.docflow.server.service import make_service
from hermetic.docflow.watching import Watching
from hermetic.docflow.world import ARMS, Arm, World
from hermetic.kit import forking, serving
from hermetic.kit.balancer import router
from hermetic.kit.balancer.balancer import Balancer
from hermetic.kit.planted import Planted
from hermetic.kit.processes import Processes, Work


class Running:
    """The servers of a world that is awake.

    Args:
        sockets: What they listen on, by name.
        tidy: Closes, in a child, what only the supervisor may hold.
    """

    def __init__(self, world: World, sockets: dict[str, socket.socket], tidy: Callable[[], None]) -> None:
        self.world = world
        self.sockets = sockets
        self.tidy = tidy
        self.faults = Planted(world.faults_file)
        arms: dict[str, Work] = {arm: partial(self._serve_arm, arm) for arm in ARMS}
        self.processes = Processes({"edge": self._serve_edge, **arms}, tidy)
        self.watching = Watching(world, self.faults, tidy)
        self.router = Balancer(sharing.place_of(world), sockets["router"], self._serve_router)

    def _serve_arm(self, arm: Arm, announce: int) -> None:
        serving.serve(make_app(make_service(self.world, arm)), self.sockets[arm], announce, websockets=True)

    def _serve_edge(self, announce: int) -> None:
        serving.serve(edge.make_app(self.world), self.sockets["edge"], announce)

    def _serve_router(self, announce: int) -> None:
        app = router.make_app(sharing.place_of(self.world), sharing.rules_of(self.world))
        serving.serve(app, self.sockets["router"], announce, websockets=True)

    def serve_control(self, supervisor: socket.socket) -> None:
        control.serve(self.world, self.sockets["control"], supervisor)

    def start(self) -> None:
        """Make the database, arrange the profile's state, start everything."""
        database.create(self.world)
        arrange.arrange(self.world, states.STATES[states.default_state(self.world.profile)], self.faults)
        self.processes.start()
        self.router.start(self.tidy)
        self.watching.begin_anew()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what the control port asks."""
        if request["do"] == "restart":
            self.processes.restart(request["name"])
        if request["do"] == "settle":
            for name in ARMS:
                self.processes.restart(name, asked=False)
            self.router.reload()
            self.watching.begin_anew()
        if request["do"] == "reload":
            self.router.reload()
        return self.status()

    def status(self) -> dict[str, Any]:
        return {"processes": self.processes.status(), "router": self.router.kind, "router_pid": self.router.pid}

    def revive(self) -> None:
        """Start servers again that ended by themselves."""
        self.processes.revive()
        self.watching.revive()

    def end(self, control_pid: int) -> None:
        self.watching.end()
        self.router.end()
        forking.kill_all((*self.processes.pids, control_pid))
