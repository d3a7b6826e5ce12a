"""An alarm in the event loop: to a tenth of a millisecond where the system can (Linux), else libev's millisecond."""

import ctypes
import math
import os
import sys
from collections.abc import Callable
from time import perf_counter
from typing import Any

from gevent.hub import get_hub

_CLOCK_MONOTONIC, _ABSOLUTE, _READ = 1, 1, 1
_FLAGS = os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0)


class _Setting(ctypes.Structure):
    """struct itimerspec: interval and first expiry, each in s and ns."""

    _fields_ = tuple((name, ctypes.c_long) for name in ("every_s", "every_ns", "at_s", "at_ns"))


class TimerfdAlarm:
    """A timerfd: it is armed for one instant of the clock that perf_counter reads. Arming also takes back an expiry.

    Raises:
        OSError: If the system gives none.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._libc: Any = ctypes.CDLL(None, use_errno=True)
        self._descriptor = self._libc.timerfd_create(_CLOCK_MONOTONIC, _FLAGS)
        if self._descriptor < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self._setting = _Setting(0, 0, 0, 0)
        self._pointer = ctypes.byref(self._setting)
        self._watcher = get_hub().loop.io(self._descriptor, _READ)
        self._watcher.start(wake)

    def set(self, at: float) -> None:
        """Wake at `at` (of perf_counter), at once if that has passed, and never for infinity."""
        setting = self._setting
        if at == math.inf:
            setting.at_s = setting.at_ns = 0
        else:
            setting.at_s = whole = int(at)
            setting.at_ns = int((at - whole) * 1e9)
        self._libc.timerfd_settime(self._descriptor, _ABSOLUTE, self._pointer, None)

    def close(self) -> None:
        """Give the descriptor back."""
        self._watcher.stop()
        self._watcher.close()
        os.close(self._descriptor)


class LibevAlarm:
    """libev's own timer: in whole milliseconds, on every system."""

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._timer: Any = None

    def set(self, at: float) -> None:
        """Wake at `at` (of perf_counter), at once if that has passed, and never for infinity."""
        self.close()
        if at != math.inf:
            self._timer = get_hub().loop.timer(max(at - perf_counter(), 0.0))
            self._timer.start(self._wake, update=True)

    def close(self) -> None:
        """Take the timer back."""
        if self._timer is not None:
            self._timer.stop()
            self._timer.close()
            self._timer = None


Alarm = TimerfdAlarm | LibevAlarm


def alarm(wake: Callable[[], None]) -> Alarm:
    """Return the best alarm that the system has; `wake` runs in the hub, and must neither block nor raise."""
    if sys.platform == "linux":
        try:
            return TimerfdAlarm(wake)
        except (OSError, AttributeError):
            pass
    return LibevAlarm(wake)
