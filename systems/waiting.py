"""Waiting for what comes a moment later: read again until it is as it should be, or until patience ends."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE_S, PAUSE_S = 10.0, 0.2


def read_until(read: Callable[[], T], good: Callable[[T], bool], within_s: float = PATIENCE_S) -> T:
    """Return what is read once it is good, else what was read last; raises as `read` does.

    Args:
        read: What to look at; it is called at least once.
        good: Whether there is nothing more to wait for.
        within_s: How long to wait at most, in s.
    """
    ends = time.monotonic() + within_s
    while not good(found := read()) and time.monotonic() < ends:
        time.sleep(PAUSE_S)
    return found
