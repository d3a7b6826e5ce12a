"""Open arrivals: starts come due whatever answers take, and each is given to an idle user with its intended start."""

import math
from collections import deque
from collections.abc import Iterator
from time import perf_counter
from typing import Any, cast

from gevent.hub import get_hub
from greenlet import getcurrent

from gonogo.workload.generator.alarm import alarm

_COALESCED_S = 0.0002
_MOST_AT_ONCE = 4096
"""Starts that are given out before answers are looked at again, however many are due."""


class Arrivals:
    """The one scheduler of a process. It runs in the hub, and switches straight into a waiting user's greenlet.

    Attributes:
        planned: Starts that have come due.
        starved: Those that found no idle user; they wait for the next one, and their latency counts from when they
            were due.
        completed, aborted: How many tasks have ended, and how many of them were ended while they ran.
    """

    def __init__(self) -> None:
        self.planned = self.starved = self.completed = self.aborted = 0
        self.begun = self.exhausted = self.stopped = False
        self._idle: deque[Any] = deque()
        self._waiting: deque[float] = deque()
        self._due: Iterator[float] = iter(())
        self._zero = 0.0
        self._next = math.inf
        self._hub = get_hub()
        self._alarm = alarm(self._wake)

    @property
    def under_way(self) -> int:
        """How many starts came due and have not ended, those still waiting for a user included."""
        return self.planned - self.completed

    @property
    def idle(self) -> int:
        """How many users wait for a start."""
        return len(self._idle)

    @property
    def unserved(self) -> int:
        """How many starts came due and never found a user."""
        return len(self._waiting)

    def begin(self, due: Iterator[float], zero: float) -> None:
        """Let starts come due: at `zero` (of perf_counter) plus each instant of `due`; past ones are left out."""
        now = perf_counter()
        self.begun = True
        self._due, self._zero = due, zero
        self._advance()
        while self._next < now and not self.exhausted:
            self._advance()
        self._alarm.set(self._next)

    def stop(self) -> None:
        """Let no further start come due, and give up those that wait for a user; what is under way is not touched."""
        self.stopped = True
        self._next = math.inf
        self._alarm.set(math.inf)

    def close(self) -> None:
        """Give the alarm back."""
        self.stop()
        self._alarm.close()

    def wait(self) -> float:
        """Block the calling user until a start is given to it, and return when that was due (of perf_counter)."""
        if self._waiting and not self.stopped:
            return self._waiting.popleft()
        me = getcurrent()
        self._idle.append(me)
        try:
            return cast("float", self._hub.switch())
        except BaseException:
            if me in self._idle:
                self._idle.remove(me)
            raise

    def ended(self, *, aborted: bool = False) -> None:
        """Note that the task of a start has ended."""
        self.completed += 1
        self.aborted += aborted

    def _advance(self) -> None:
        """Take the next instant."""
        at = next(self._due, None)
        self.exhausted = at is None
        self._next = math.inf if at is None else self._zero + at

    def _wake(self) -> None:
        """Give out what is due; in the hub, so this neither blocks nor raises."""
        now = perf_counter()
        for _ in range(_MOST_AT_ONCE):
            if self._next > now:
                break
            due = self._next
            self.planned += 1
            self._advance()
            self._give(due)
        self._alarm.set(max(self._next, now + _COALESCED_S))

    def _give(self, due: float) -> None:
        while self._idle:
            user = self._idle.popleft()
            if not user.dead:
                user.switch(due)
                return
        self.starved += 1
        self._waiting.append(due)
