"""The prober: lanes that send pairs of requests when they are due, and note how late they were themselves."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gonogo.watching.line import Answer, Line
from gonogo.watching.schedule import Schedule, Slot

PATIENCE_S = 0.05
"""A slot that is later than this finds its lanes busy and is given up."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A pair that was sent: its slot, both answers, and how late a lane that was waiting for it woke (s)."""

    slot: Slot
    candidate: Answer
    baseline: Answer
    late_s: float | None


class Prober:
    """Runs `lanes` threads from `start` to `close`; each has a connection of its own to each arm."""

    def __init__(
        self, schedule: Schedule, paths: Mapping[str, str], lines: Callable[[], tuple[Line, Line]], lanes: int
    ) -> None:
        self.schedule = schedule
        self._paths = paths
        self._lines = [lines() for _ in range(lanes)]
        self._ended = threading.Event()
        self._sent: list[Sent] = []
        self._lock = threading.Lock()
        self._began = 0.0
        self._threads = [
            threading.Thread(target=self._lane, args=pair, name="gonogo-lane", daemon=True) for pair in self._lines
        ]

    def start(self) -> None:
        """Connect every lane, and begin."""
        for pair in self._lines:
            for line in pair:
                line.warm()
        self._began = time.monotonic()
        for thread in self._threads:
            thread.start()

    @property
    def now_s(self) -> float:
        """The present, in s from the start."""
        return time.monotonic() - self._began

    def take(self, until_s: float) -> tuple[list[Sent], float]:
        """Return the pairs since the last call, and up to when they are complete, at most `until_s`."""
        complete_s = min(until_s, self.schedule.complete_s(self.now_s))
        with self._lock:
            ready = [one for one in self._sent if one.slot.at_s < complete_s]
            self._sent = [one for one in self._sent if one.slot.at_s >= complete_s]
        return ready, complete_s

    def close(self) -> None:
        """End at once: nothing more is sent, and what is under way is cut."""
        self._ended.set()
        self.schedule.stop()
        for line in (line for pair in self._lines for line in pair):
            line.end()
        ends = time.monotonic() + 1.0
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(ends - time.monotonic(), 0.01))
        for line in (line for pair in self._lines for line in pair):
            line.close()

    def _lane(self, candidate: Line, baseline: Line) -> None:
        while (slot := self.schedule.take(self.now_s, PATIENCE_S)) is not None:
            ahead_s = slot.at_s - self.now_s
            if ahead_s > 0 and self._ended.wait(ahead_s):
                return
            late_s = self.now_s - slot.at_s if ahead_s > 0 else None
            self._send(slot, candidate, baseline, late_s)

    def _send(self, slot: Slot, candidate: Line, baseline: Line, late_s: float | None) -> None:
        path = self._paths[slot.operation]
        order = (candidate, baseline) if slot.candidate_first else (baseline, candidate)
        answers = [line.get(path) for line in order]
        one, other = answers if slot.candidate_first else answers[::-1]
        if not self._ended.is_set():
            with self._lock:
                self._sent.append(Sent(slot, one, other, late_s))
            self.schedule.done(slot)
