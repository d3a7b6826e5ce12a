"""The open schedule of the prober: when each pair is due, which operation it is, and which arm goes first."""

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slot:
    """One pair that is due `at_s` s from the start."""

    at_s: float
    operation: str
    candidate_first: bool


class Schedule:
    """Hands out slots in order of time, to whichever lane asks; the same seed gives the same slots.

    Each slot lies anywhere within its share of the time, so that nothing periodic is met in step. A slot does not wait
    for the answer of another: where all lanes are busy, it is given up and counted.

    Attributes:
        given_up: How many slots found no lane in time.
    """

    def __init__(self, per_s: float, duration_s: float, weights: Mapping[str, float], seed: int) -> None:
        self._per_s, self._count = per_s, max(1, round(per_s * duration_s))
        self._names, self._weights = list(weights), list(weights.values())
        self._random = random.Random(seed)  # noqa: S311  # spreads requests, guards nothing
        self._number, self.given_up = 0, 0
        self._under_way: set[float] = set()
        self._lock = threading.Lock()

    def take(self, now_s: float, patience_s: float) -> Slot | None:
        """Return the next slot that is at most `patience_s` overdue; None when there is none left."""
        with self._lock:
            while self._number < self._count:
                slot = self._make()
                if now_s - slot.at_s <= patience_s:
                    self._under_way.add(slot.at_s)
                    return slot
                self.given_up += 1
            return None

    def done(self, slot: Slot) -> None:
        """Note that a slot's answers are there."""
        with self._lock:
            self._under_way.discard(slot.at_s)

    def stop(self) -> None:
        """Hand out no more."""
        with self._lock:
            self._number = self._count

    def complete_s(self, now_s: float) -> float:
        """Return up to when, in s from the start, every slot has its answers; `now_s` while none is open."""
        with self._lock:
            coming_s = self._number / self._per_s if self._number < self._count else now_s
            return min((*self._under_way, coming_s, now_s))

    def _make(self) -> Slot:
        at_s = (self._number + self._random.random()) / self._per_s
        operation = self._random.choices(self._names, self._weights)[0]
        self._number += 1
        return Slot(at_s, operation, self._random.random() < 0.5)
