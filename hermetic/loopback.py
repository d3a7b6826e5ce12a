"""A server process on a port of this machine that is known to answer before anybody uses it."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
import redis

from hermetic.errors import HermeticError
from hermetic.process import Child, free_port, stop_all

HOST = "127.0.0.1"
START_TIMEOUT_S = 30.0
PORT_ATTEMPTS = 3
NOT_UP_YET = (psycopg.OperationalError, redis.ConnectionError, redis.TimeoutError, redis.BusyLoadingError)


@dataclass
class LoopbackServer:
    """A server on a port of 127.0.0.1 that moves to another port when somebody else took the one it was given.

    Args:
        spawn: Starts it on a port.
        ping: Talks to it on a port; raises one of NOT_UP_YET while it does not answer.
    """

    name: str
    spawn: Callable[[int], Child]
    ping: Callable[[int], object]
    port: int = 0
    child: Child | None = None

    def launch(self) -> None:
        self.port = free_port()
        self.child = self.spawn(self.port)

    def wait(self, timeout_s: float = START_TIMEOUT_S) -> int:
        """Wait until it answers and return its port.

        Raises:
            HermeticError: It ended, or does not answer in time.
        """
        deadline, attempt = time.monotonic() + timeout_s, 1
        while not self._answers():
            if self.child is not None and not self.child.alive:
                attempt += 1
                self._launch_elsewhere(attempt)
            elif time.monotonic() > deadline:
                raise self._failure(f"does not answer on {HOST}:{self.port} after {timeout_s:g} s")
            time.sleep(0.01)
        return self.port

    def stop(self) -> None:
        if self.child is not None:
            stop_all([self.child])

    def _answers(self) -> bool:
        try:
            self.ping(self.port)
        except NOT_UP_YET:
            return False
        return self.child is not None and self.child.alive

    def _launch_elsewhere(self, attempt: int) -> None:
        assert self.child is not None
        if attempt > PORT_ATTEMPTS or not self.child.says("Address already in use"):
            raise self._failure(f"ended with code {self.child.process.returncode} while it started")
        self.child.log.write_text("", encoding="utf-8")
        self.launch()

    def _failure(self, problem: str) -> HermeticError:
        assert self.child is not None
        return HermeticError(
            f"embedded {self.name} {problem}; its last words:\n{self.child.tail()}",
            "look at the words above; another copy can be named by GONOGO_PG_BINDIR or GONOGO_REDIS_SERVER",
        )
