"""The pulse of a generator process: how late its event loop runs, and how much of a core it uses."""

import math
import time
from time import perf_counter

from gonogo.workload.buckets import Counts, bucket_of, counts
from gonogo.workload.generator.alarm import alarm

_EVERY_S = 0.01


class Pulse:
    """Looks at the clock every 10 ms from inside the loop, while it is on."""

    def __init__(self) -> None:
        self.lag: Counts = counts()
        self._next = math.inf
        self._steady_from = 0.0
        self._started = self._stopped = 0.0
        self._cpu_started = self._cpu_stopped = 0.0
        self._alarm = alarm(self._beat)

    def start(self, steady_from: float = 0.0) -> None:
        """Begin anew; how late the loop is counts from `steady_from` (of perf_counter) on.

        In the warm-up all users open their connections at once, and what that delays is recorded apart.
        """
        self.lag, self._steady_from = counts(), steady_from
        self._cpu_started, self._started = time.process_time(), perf_counter()
        self._stopped = 0.0
        self._next = self._started + _EVERY_S
        self._alarm.set(self._next)

    def stop(self) -> bool:
        """End, and return whether it was on."""
        if self._next == math.inf:
            return False
        self._cpu_stopped, self._stopped = time.process_time(), perf_counter()
        self._next = math.inf
        self._alarm.set(math.inf)
        return True

    @property
    def window_s(self) -> float:
        """How long it has been on."""
        return (self._stopped or perf_counter()) - self._started

    @property
    def cpu_s(self) -> float:
        """The CPU time that this process has used meanwhile."""
        return (self._cpu_stopped if self._stopped else time.process_time()) - self._cpu_started

    def _beat(self) -> None:
        """Count how late this is; a loop that was stuck for several beats is late once for each of them."""
        now = perf_counter()
        while self._next <= now:
            if self._next >= self._steady_from:
                self.lag[bucket_of(now - self._next)] += 1
            self._next += _EVERY_S
        self._alarm.set(self._next)
