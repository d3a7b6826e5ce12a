"""The process manager of one world, as pm2 is in the plan: it owns the listening sockets and starts what serves.

The sockets stay open over a restart, so requests wait instead of being refused. All servers but nginx are its forks.
"""

import os
import secrets
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from hermetic.errors import HermeticError
from hermetic.kit import command, forking, listening, serving
from hermetic.kit.balancer import router
from hermetic.kit.balancer.balancer import Balancer
from hermetic.kit.manager import Manager
from hermetic.kit.planted import Planted
from hermetic.mes_sql import arrange, control, database, states
from hermetic.mes_sql.balancer.place import place_of
from hermetic.mes_sql.old_store.app import make_app as make_old_store
from hermetic.mes_sql.server.app import make_app
from hermetic.mes_sql.server.service import Colour, make_service
from hermetic.mes_sql.world import BLUE, GREEN, World

PORTS = ("green", "blue", "balancer", "old_store", "control")
HOME = "mes_sql"


@dataclass
class Process:
    """A server: how it is started, and its process since then."""

    work: Callable[[int], None]
    pid: int = 0
    restarts: int = 0
    started: float = field(default_factory=time.time)


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
        self.processes = {
            "old_store": Process(partial(self.serve_old_store)),
            BLUE: Process(partial(self.serve_colour, "blue")),
            GREEN: Process(partial(self.serve_colour, "green")),
        }
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
        for name in self.processes:
            self.launch(name)
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

    def launch(self, name: str) -> None:
        """Start a server and wait until it answers; raises HermeticError when it does not."""
        process = self.processes[name]
        process.pid = 0
        process.pid = forking.launch(name, process.work, self.tidy)
        process.started = time.time()

    def restart(self, name: str, *, asked: bool = True) -> dict[str, Any]:
        """Replace a server's process.

        Raises:
            HermeticError: It does not come up, or there is none of that name.
        """
        if name not in self.processes:
            raise HermeticError(f"there is no process {name!r}", f"known are {', '.join(self.processes)}")
        began = time.monotonic()
        if not (asked and name == GREEN and "green-not-restarted" in self.faults):
            forking.stop(self.processes[name].pid)
            self.launch(name)
            self.processes[name].restarts += asked
        return {**self.status(), "took_s": round(time.monotonic() - began, 4)}

    def status(self) -> dict[str, Any]:
        shown = {
            name: {"pid": one.pid, "restarts": one.restarts, "started": one.started}
            for name, one in self.processes.items()
        }
        return {"processes": shown, "balancer": self.balancer.kind, "balancer_pid": self.balancer.pid}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what the control port asks."""
        if request["do"] == "restart":
            return self.restart(request["name"])
        if request["do"] == "settle":
            for name in (BLUE, GREEN):
                self.restart(name, asked=False)
            self.reload()
        if request["do"] == "reload":
            self.reload()
        if request["do"] == "cut":
            for name in (BLUE, GREEN):
                os.kill(self.processes[name].pid, signal.SIGUSR1)
        return self.status()

    def reload(self) -> None:
        """Have the balancer read its configuration again, unless a fault makes it deaf."""
        if "balancer-ignores-weights" not in self.faults:
            self.balancer.reload()

    def revive(self) -> None:
        """Start servers again that ended by themselves, as pm2 does."""
        for name, process in self.processes.items():
            if forking.ended(process.pid):
                self.launch(name)
                process.restarts += 1

    def end(self) -> None:
        self.balancer.end()
        forking.kill_all((*(one.pid for one in self.processes.values()), self.control_pid))
