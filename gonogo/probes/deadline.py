"""Total deadlines: cuts a connection when its time is up, however slowly the other side keeps it busy."""

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass
class Deadline:
    """An instant on the monotonic clock; `passed` becomes true when it was enforced."""

    at: float
    passed: bool = False

    @property
    def left_s(self) -> float:
        """Return the seconds left, never less than a millisecond (a socket's time-out of 0 means something else)."""
        return max(self.at - time.monotonic(), 0.001)


class _Watchdog:
    """One daemon thread that runs an action when a deadline passes; it sleeps while none is near."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._numbers = itertools.count()
        self._due: dict[int, tuple[Deadline, Callable[[], None]]] = {}
        self._wakes_at: float | None = None
        self._thread: threading.Thread | None = None

    def add(self, deadline: Deadline, cut: Callable[[], None]) -> int:
        with self._changed:
            number = next(self._numbers)
            self._due[number] = (deadline, cut)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="gonogo-deadlines", daemon=True)
                self._thread.start()
            elif self._wakes_at is None or deadline.at < self._wakes_at:
                self._changed.notify()
            return number

    def remove(self, number: int) -> None:
        with self._changed:
            self._due.pop(number, None)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for number in [number for number, (deadline, _) in self._due.items() if deadline.at <= now]:
                    deadline, cut = self._due.pop(number)
                    deadline.passed = True
                    with contextlib.suppress(OSError):
                        cut()
                self._wakes_at = min((deadline.at for deadline, _ in self._due.values()), default=None)
                self._changed.wait(None if self._wakes_at is None else max(self._wakes_at - now, 0))


_watchdog = _Watchdog()


@contextlib.contextmanager
def within(seconds: float, cut: Callable[[], None]) -> Iterator[Deadline]:
    """Call `cut` from another thread if the block is still running after `seconds`."""
    deadline = Deadline(time.monotonic() + seconds)
    number = _watchdog.add(deadline, cut)
    try:
        yield deadline
    finally:
        _watchdog.remove(number)


def shut(sock: socket.socket) -> None:
    """Shut `sock` down in both directions, so that whoever reads or writes it returns at once."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
