"""The life of a stand-in's supervisor: it hears its keeper and its control port, and revives what has ended by itself.

It has no threads and serves nothing: servers and control port are forked from it, ready with everything imported, and
die with it.
"""

import json
import os
import selectors
import signal
import socket
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import partial
from typing import Any

from hermetic.errors import HermeticError
from hermetic.kit import forking

PERIOD_S = 1.0
MAX_FAILURES = 3  # starts that failed one after the other; the keeper hears of the end


class Manager(ABC):
    """What supervisors share; a stand-in's own says what it starts, answers, revives and ends."""

    def __init__(self) -> None:
        self.channel: socket.socket | None = None
        self.control_pid = 0
        self._failures = 0

    @abstractmethod
    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what the control port asks; raises HermeticError when it cannot."""

    @abstractmethod
    def revive(self) -> None:
        """Start again what has ended by itself; raises HermeticError when it does not come up."""

    @abstractmethod
    def end(self) -> None:
        """End every child."""

    def listens(self) -> list[tuple[socket.socket, Callable[[selectors.BaseSelector], None]]]:
        """Return what else to listen to, and what to do once it can be read."""
        return []

    def start_control(self, serve: Callable[[socket.socket], None]) -> None:
        """Fork the control port, with a channel to here."""
        self.channel, theirs = socket.socketpair()
        self.control_pid = forking.fork(lambda: serve(theirs), self.tidy)
        theirs.close()

    def hear_control(self, selector: selectors.BaseSelector) -> None:
        """Listen to the control port; a supervisor that starts it later than `run` calls this itself."""
        assert self.channel is not None, "there is no control port yet"
        selector.register(self.channel, selectors.EVENT_READ, partial(self._hear_control, self.channel))

    def tidy(self) -> None:
        """Close, in a child, what only the supervisor may hold."""
        if self.channel:
            self.channel.close()

    def run(self) -> None:
        """Serve until stdin closes or SIGTERM comes, then end every child."""
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
        selector = selectors.DefaultSelector()
        selector.register(sys.stdin, selectors.EVENT_READ, self._hear_keeper)
        if self.channel:
            self.hear_control(selector)
        for listener, work in self.listens():
            selector.register(listener, selectors.EVENT_READ, partial(work, selector))
        try:
            while True:
                for key, _ in selector.select(timeout=PERIOD_S):
                    key.data()
                self._look_after()
        except SystemExit:
            pass
        finally:
            self.end()

    def _look_after(self) -> None:
        try:
            self.revive()
            self._failures = 0
        except HermeticError as error:
            print(error, file=sys.stderr, flush=True)
            self._failures += 1
            if self._failures == MAX_FAILURES:
                sys.exit(1)

    def _hear_keeper(self) -> None:
        if not os.read(sys.stdin.fileno(), 4096):
            sys.exit(0)

    def _hear_control(self, channel: socket.socket) -> None:
        line = channel.makefile("rb").readline()
        if not line:
            sys.exit(1)
        try:
            reply = {"ok": True, **self.answer(json.loads(line))}
        except HermeticError as error:
            reply = {"ok": False, "error": str(error)}
        channel.sendall(json.dumps(reply).encode() + b"\n")
