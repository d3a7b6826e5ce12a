"""Total deadlines: one timer looks at all open connections, so that a request costs no timer of its own."""

import math
import os
from time import perf_counter
from typing import Any, Protocol

from gevent.hub import get_hub

_SWEEP_S = 0.05


class DeadlinePassed(Exception):
    """The answer was not whole in time."""


class Waiting(Protocol):
    """What can be swept: when it expires (of perf_counter), and the greenlet that waits; None while none does."""

    expires: float
    waiter: Any


class Sweeper:
    """Ends what waits beyond its deadline, looking every 50 ms at the open wires."""

    def __init__(self) -> None:
        self._wires: set[Waiting] = set()
        self._timer = get_hub().loop.timer(_SWEEP_S, _SWEEP_S)
        self._timer.start(self._sweep)
        self.add, self.remove = self._wires.add, self._wires.discard

    def _sweep(self) -> None:
        now = perf_counter()
        for wire in [wire for wire in self._wires if wire.expires <= now]:
            if wire.waiter is not None:  # asked anew: the one before may have changed it
                wire.expires = math.inf
                wire.waiter.throw(DeadlinePassed())


_sweepers: dict[int, Sweeper] = {}


def sweeper() -> Sweeper:
    """Return the sweeper of this process; a fork has one of its own."""
    process = os.getpid()
    if process not in _sweepers:
        _sweepers.clear()
        _sweepers[process] = Sweeper()
    return _sweepers[process]
