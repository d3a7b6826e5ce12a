"""The pulse of this machine while a rehearsal is watched: how late a thread wakes that does nothing else."""

import threading
import time
from types import TracebackType
from typing import Self

import numpy as np

from gonogo.units import show
from gonogo.watching.health import FEW, LATE_MEDIAN_S, LATE_P98_S

_EVERY_S = 0.01


class Pulse:
    """Looks at the clock every 10 ms from a thread of its own, while it is entered; each time it begins anew.

    A thread that wakes late waited for a core, and so did users, arms and whatever counts them. Beside two loops that
    take both cores of a machine, an eighth of the wake-ups come more than 10 ms late, and one in a hundred without.
    """

    def __init__(self) -> None:
        self._late: list[float] = []
        self._ended = threading.Event()
        self._thread = threading.Thread()

    def __enter__(self) -> Self:
        self._late, self._ended = [], threading.Event()
        self._thread = threading.Thread(target=self._beat, name="gonogo-pulse", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def busy(self) -> str:
        """Return how late wake-ups were; "" if the machine had time enough to measure."""
        return too_late(self._late)

    def _beat(self) -> None:
        """Keep how late each beat is; a thread that was held up for several beats is late for each of them."""
        due = time.monotonic() + _EVERY_S
        ended = False
        while not ended:
            ended = self._ended.wait(max(due - time.monotonic(), 0.0))
            now = time.monotonic()
            while due <= now:
                self._late.append(now - due)
                due += _EVERY_S


def too_late(late_s: list[float]) -> str:
    """Return how late wake-ups were, in s; "" where they are few, or as punctual as a prober's must be."""
    if len(late_s) < FEW:
        return ""
    median, p98 = (float(one) for one in np.quantile(late_s, (0.5, 0.98)))
    if median <= LATE_MEDIAN_S and p98 <= LATE_P98_S:
        return ""
    return (
        f"the machine was busy: it woke a thread late, median {show(median, 's')}, p98 {show(p98, 's')}, allowed "
        f"{show(LATE_MEDIAN_S, 's')} and {show(LATE_P98_S, 's')}"
    )
