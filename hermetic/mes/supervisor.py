"""The process manager of one world, as pm2 is in the plan: it owns the listening sockets and starts the server process.

The sockets stay open over a restart, so requests wait instead of being refused. The manager itself has no threads and
serves nothing: server and control port are forked from it, ready with everything imported, and die with it.
"""

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NoReturn

from hermetic.errors import HermeticError
from hermetic.mes import arrange, control, states
from hermetic.mes.flags import process_environment
from hermetic.mes.planted import Planted
from hermetic.mes.server import run as server
from hermetic.mes.store.tables import create_schema
from hermetic.mes.world import World, parse_world
from hermetic.process import die_with_parent

BACKLOG = 512
START_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 5.0


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
    world = parse_world(line)
    for folder in (world.log_file.parent, world.templates):
        folder.mkdir(parents=True, exist_ok=True)
    sockets = Sockets(*(listen() for _ in range(3)))
    urls = [f"http://127.0.0.1:{listener.getsockname()[1]}" for listener in vars(sockets).values()]
    world = replace(world, url=urls[0], control_url=urls[1], cloudwatch_url=urls[2])
    world.save()
    return world, sockets


def listen() -> socket.socket:
    """Return a listening socket that says it is TCP: asyncio switches Nagle's algorithm off for no other."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(BACKLOG)
    return listener


class Supervisor:
    """Starts the server, restarts it when the control port asks, and ends with stdin."""

    def __init__(self, world: World, sockets: Sockets) -> None:
        self.world = world
        self.sockets = sockets
        self.faults = Planted(world.faults_file)
        self.saved: dict[str, str] = {}  # what --update-env handed over, as pm2 keeps it
        self.serving: dict[str, Any] = {}
        self.server_pid = 0
        self.restarts = 0
        self.children: list[int] = []
        self.mine: socket.socket | None = None
        self.cloudwatch: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Create the store, arrange the profile's state, start server and control port."""
        state = states.STATES[states.default_state(self.world.profile)]
        with self.world.connect() as connection:
            create_schema(connection, self.world.reader)
            arrange.arrange(self.world, connection, arrange.Arrangement(state, states.Parameters()), self.faults)
        self.launch()
        self.mine, theirs = socket.socketpair()
        self.children.append(self.fork(lambda: control.serve(self.world, self.sockets.control, theirs)))
        theirs.close()

    def announce(self) -> None:
        """Tell the keeper that this world is ready."""
        line = {
            "variables": self.world.variables,
            "control": self.world.control_url,
            "request_log": str(self.world.request_log),
        }
        print(json.dumps({"ready": True, **line}), flush=True)

    def fork(self, work: Callable[[], None]) -> int:
        """Run `work` in a child process that dies with this one; return its process id."""
        arm = die_with_parent(signal.SIGKILL)
        pid = os.fork()
        if pid == 0:
            self.become(arm, work)
        return pid

    def become(self, arm: Callable[[], None] | None, work: Callable[[], None]) -> NoReturn:
        code = 1
        try:
            if arm:
                arm()
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(2, 1)  # stdout is the keeper's
            if self.mine:
                self.mine.close()
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def launch(self, *, restarted: bool = False) -> None:
        """Start a server process and wait until it answers.

        Raises:
            HermeticError: It ends or stays silent.
        """
        environment = process_environment(self.world.env_file, self.saved)
        if restarted and "restart-forgets-env" in self.faults:
            environment = dict(self.serving["environment"])
        reading, writing = os.pipe()
        self.server_pid = self.fork(lambda: server.serve(self.world, environment, self.sockets.product, writing))
        os.close(writing)
        self.serving = {"environment": environment, "fallback_removed": self.world.state()["fallback_removed"]}
        try:
            self.await_byte(reading)
        finally:
            os.close(reading)

    def await_byte(self, reading: int) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(reading, selectors.EVENT_READ)
            if not selector.select(START_TIMEOUT_S) or not os.read(reading, 1):
                raise HermeticError("the MES server did not start", "see the stand-in's log for its traceback")

    def end_server(self) -> None:
        os.kill(self.server_pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT_S
        while os.waitpid(self.server_pid, os.WNOHANG)[0] == 0:
            if time.monotonic() > deadline:
                os.kill(self.server_pid, signal.SIGKILL)
            time.sleep(0.002)

    def restart(self, update_env: dict[str, str] | None) -> dict[str, Any]:
        """Replace the server process; `update_env` are variables that the caller hands over."""
        began = time.monotonic()
        if update_env is not None and "update-env-ignored" not in self.faults:
            self.saved.update(update_env)
        if "restart-does-nothing" not in self.faults:
            self.end_server()
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
                self.end_server()
                self.launch()
        return self.status()

    def run(self) -> None:
        """Serve until stdin closes or SIGTERM comes, then end every child."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
        assert self.mine is not None, "run before start"
        selector = selectors.DefaultSelector()
        selector.register(sys.stdin, selectors.EVENT_READ, self.hear_keeper)
        selector.register(self.mine, selectors.EVENT_READ, partial(self.hear_control, self.mine))
        selector.register(self.sockets.cloudwatch, selectors.EVENT_READ, lambda: self.wake_cloudwatch(selector))
        try:
            while True:
                for key, _ in selector.select(timeout=1.0):
                    key.data()
                self.revive()
        except SystemExit:
            pass
        finally:
            self.end()

    def hear_keeper(self) -> None:
        if not os.read(sys.stdin.fileno(), 4096):
            sys.exit(0)

    def hear_control(self, channel: socket.socket) -> None:
        line = channel.makefile("rb").readline()
        if not line:
            sys.exit(1)
        try:
            reply = {"ok": True, **self.answer(json.loads(line))}
        except HermeticError as error:
            reply = {"ok": False, "error": str(error)}
        channel.sendall(json.dumps(reply).encode() + b"\n")

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
        pid, _ = os.waitpid(self.server_pid, os.WNOHANG)
        if pid:
            self.launch()
            self.restarts += 1
        if self.cloudwatch and self.cloudwatch.poll() is not None:
            self.sockets.cloudwatch.close()  # it said why on stderr; better refused than waiting for ever
            self.cloudwatch = None

    def end(self) -> None:
        if self.cloudwatch:
            self.cloudwatch.kill()
            self.cloudwatch.wait()
        for pid in (self.server_pid, *self.children):
            with suppress(ProcessLookupError, ChildProcessError):
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
