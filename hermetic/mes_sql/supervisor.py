"""The process manager of one world, as pm2 is in the plan: it owns the listening sockets and starts what serves.

The sockets stay open over a restart, so requests wait instead of being refused. All servers but nginx are its forks.
"""

import os
import secrets
import signal
import socket
import time
from functools import partial
from typing import Any

from hermetic.kit import command, forking, listening, serving
from hermetic.kit.balancer import router
from hermetic.kit.balancer.balancer import Balancer
from hermetic.kit.manager import Manager
from hermetic.kit.planted import Planted
from hermetic.kit.processes import Processes, Work
from hermetic.mes_sql import arrange, control, database, states
from hermetic.mes_sql.balancer.place import place_of
from hermetic.mes_sql.old_store.app import make_app as make_old_store
from hermetic.mes_sql.server.app import make_app
from hermetic.mes_sql.server.service import Colour, make_service
from hermetic.mes_sql.world import BLUE, GREEN, World

PORTS = ("green", "blue", "balancer", "old_store", "control")
HOME = "mes_sql"


def open_world(line: str) -> "Supervisor":
    """Read the world, listen for it, and write down where it is.

    Raises:
        HermeticError: The line does not describe a world.
    """
    told = World.parse(line)
    home = told.directory / HOME
    for folder in (home, home / "log", home / "balancer"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sockets = {name: listening.listen() for name in PORTS}
    urls = {f"{name}_url": listening.address(listener) for name, listener in sockets.items()}
    world = World(**{**vars(told), **urls, "directory": home, "token": secrets.token_urlsafe(24)})
    world.save()
    return Supervisor(world, sockets)


class Supervisor(Manager):
    """Starts the servers, restarts them when the control port asks, and ends with stdin."""

    def __init__(self, world: World, sockets: dict[str, socket.socket]) -> None:
        super().__init__()
        self.world = world
        self.sockets = sockets
        self.faults = Planted(world.faults_file)
        works: dict[str, Work] = {
            "old_store": self.serve_old_store,
            BLUE: partial(self.serve_colour, "blue"),
            GREEN: partial(self.serve_colour, "green"),
        }
        self.processes = Processes(works, self.tidy)
        self.balancer = Balancer(place_of(world), sockets["balancer"], self.serve_balancer)

    def serve_colour(self, colour: Colour, announce: int) -> None:
        service = make_service(self.world, colour)
        serving.serve(make_app(service), self.sockets[colour], announce, service.streams.cut)

    def serve_old_store(self, announce: int) -> None:
        serving.serve(make_old_store(self.world.request_log), self.sockets["old_store"], announce)

    def serve_balancer(self, announce: int) -> None:
        serving.serve(router.make_app(place_of(self.world)), self.sockets["balancer"], announce)

    def start(self) -> None:
        """Make the databases, arrange the profile's state, start everything."""
        database.create(self.world)
        arrangement = arrange.Arrangement(states.STATES[states.default_state(self.world.profile)])
        content = arrange.arrange(self.world, arrangement, self.faults)
        self.processes.start()
        command.request("PUT", f"{self.world.old_store_url}/load", content)
        self.balancer.start(self.tidy)
        self.start_control(partial(control.serve, self.world, arrangement, self.sockets["control"]))

    def announcement(self) -> dict[str, Any]:
        """Return what the keeper is told of this world once it is ready."""
        return {
            "variables": self.world.variables,
            "control": self.world.control_url,
            "request_log": str(self.world.request_log),
        }

    def restart(self, name: str) -> dict[str, Any]:
        """Replace a server's process; raises HermeticError as `Processes.restart` does."""
        began = time.monotonic()
        if not (name == GREEN and "green-not-restarted" in self.faults):
            self.processes.restart(name)
        return {**self.status(), "took_s": round(time.monotonic() - began, 4)}

    def status(self) -> dict[str, Any]:
        shown = self.processes.status()
        return {"processes": shown, "balancer": self.balancer.kind, "balancer_pid": self.balancer.pid}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what the control port asks."""
        if request["do"] == "restart":
            return self.restart(request["name"])
        if request["do"] == "settle":
            for name in (BLUE, GREEN):
                self.processes.restart(name, asked=False)
            self.reload()
        if request["do"] == "reload":
            self.reload()
        if request["do"] == "cut":
            for name in (BLUE, GREEN):
                os.kill(self.processes.pid(name), signal.SIGUSR1)
        return self.status()

    def reload(self) -> None:
        """Have the balancer read its configuration again, unless a fault makes it deaf."""
        if "balancer-ignores-weights" not in self.faults:
            self.balancer.reload()

    def revive(self) -> None:
        self.processes.revive()

    def end(self) -> None:
        self.balancer.end()
        forking.kill_all((*self.processes.pids, self.control_pid))
