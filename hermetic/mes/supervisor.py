"""The process manager of one world, as pm2 is in the plan: it owns the listening sockets and starts the server process.

The sockets stay open over a restart, so requests wait instead of being refused.
"""

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from hermetic.kit import forking, listening
from hermetic.kit.manager import Manager
from hermetic.kit.planted import Planted
from hermetic.mes import arrange, control, states
from hermetic.mes.flags import process_environment
from hermetic.mes.server import run as server
from hermetic.mes.store.tables import create_schema
from hermetic.mes.world import World
from hermetic.process import die_with_parent


@dataclass(frozen=True)
class Sockets:
    """The listening sockets of a world, all on 127.0.0.1."""

    product: socket.socket
    control: socket.socket
    cloudwatch: socket.socket


def open_world(line: str) -> tuple[World, Sockets]:
    """Read the world, listen for it, and write down where it is.

    Raises:
        HermeticError: The line does not describe a world.
    """
    world = World.parse(line)
    for folder in (world.log_file.parent, world.templates):
        folder.mkdir(parents=True, exist_ok=True)
    sockets = Sockets(*(listening.listen() for _ in range(3)))
    urls = [listening.address(listener) for listener in vars(sockets).values()]
    world = replace(world, url=urls[0], control_url=urls[1], cloudwatch_url=urls[2])
    world.save()
    return world, sockets


class Supervisor(Manager):
    """Starts the server, restarts it when the control port asks, and ends with stdin."""

    def __init__(self, world: World, sockets: Sockets) -> None:
        super().__init__()
        self.world = world
        self.sockets = sockets
        self.faults = Planted(world.faults_file)
        self.saved: dict[str, str] = {}  # what --update-env handed over, as pm2 keeps it
        self.serving: dict[str, Any] = {}
        self.server_pid = 0
        self.restarts = 0
        self.cloudwatch: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Create the store, arrange the profile's state, start server and control port."""
        state = states.STATES[states.default_state(self.world.profile)]
        with self.world.connect() as connection:
            create_schema(connection, self.world.reader)
            arrange.arrange(self.world, connection, arrange.Arrangement(state, states.Parameters()), self.faults)
        self.launch()
        self.start_control(partial(control.serve, self.world, self.sockets.control))

    def announcement(self) -> dict[str, Any]:
        """Return what the keeper is told of this world once it is ready."""
        return {
            "variables": self.world.variables,
            "control": self.world.control_url,
            "request_log": str(self.world.request_log),
        }

    def launch(self, *, restarted: bool = False) -> None:
        """Start a server process and wait until it answers.

        Raises:
            HermeticError: It ends or stays silent.
        """
        environment = process_environment(self.world.env_file, self.saved)
        if restarted and "restart-forgets-env" in self.faults:
            environment = dict(self.serving["environment"])
        self.server_pid = 0
        self.server_pid = forking.launch(
            "the MES server",
            lambda announce: server.serve(self.world, environment, self.sockets.product, announce),
            self.tidy,
        )
        self.serving = {"environment": environment, "fallback_removed": self.world.state()["fallback_removed"]}

    def restart(self, update_env: dict[str, str] | None) -> dict[str, Any]:
        """Replace the server process; `update_env` are variables that the caller hands over."""
        began = time.monotonic()
        if update_env is not None and "update-env-ignored" not in self.faults:
            self.saved.update(update_env)
        if "restart-does-nothing" not in self.faults:
            forking.stop(self.server_pid)
            self.launch(restarted=True)
            self.restarts += 1
        return {**self.status(), "took_s": round(time.monotonic() - began, 4)}

    def status(self) -> dict[str, Any]:
        return {"pid": self.server_pid, "restarts": self.restarts, "saved": self.saved, **self.serving}

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what the control port asks: status, restart, or settle (restart if what was arranged needs it)."""
        if request["do"] == "restart":
            return self.restart(request.get("update_env"))
        if request["do"] == "settle":
            self.saved.clear()
            wanted = {
                "environment": process_environment(self.world.env_file, {}),
                "fallback_removed": self.world.state()["fallback_removed"],
            }
            if request.get("force") or wanted != self.serving:
                forking.stop(self.server_pid)
                self.launch()
        return self.status()

    def listens(self) -> list[tuple[socket.socket, Callable[[selectors.BaseSelector], None]]]:
        return [(self.sockets.cloudwatch, self.wake_cloudwatch)]

    def wake_cloudwatch(self, selector: selectors.BaseSelector) -> None:
        """Start the CloudWatch server at its first connection: most runs never ask it, and it is slow to import."""
        selector.unregister(self.sockets.cloudwatch)
        listener = self.sockets.cloudwatch.fileno()
        self.cloudwatch = subprocess.Popen(
            [sys.executable, "-m", "hermetic.mes.cloudwatch", str(listener)],
            pass_fds=[listener],
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            env={**os.environ, "MES_HOME": str(self.world.directory)},
            preexec_fn=die_with_parent(signal.SIGKILL),
        )

    def revive(self) -> None:
        """Start the server again when it ended by itself, as pm2 does."""
        if forking.ended(self.server_pid):
            self.launch()
            self.restarts += 1
        if self.cloudwatch and self.cloudwatch.poll() is not None:
            self.sockets.cloudwatch.close()  # it said why on stderr; better refused than waiting for ever
            self.cloudwatch = None

    def end(self) -> None:
        if self.cloudwatch:
            self.cloudwatch.kill()
            self.cloudwatch.wait()
        forking.kill_all((self.server_pid, self.control_pid))
