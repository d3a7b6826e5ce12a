"""Which process runs on which core, and how much of the cores others used meanwhile."""

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

QUIET = 0.02
"""How much of the generator's core others may use before a run counts as disturbed."""
PINS = sys.platform == "linux"
_CORES = sorted(os.sched_getaffinity(0)) if PINS else list(range(os.cpu_count() or 1))
COUNT = len(_CORES)
SERVER, GENERATOR = _CORES[0], _CORES[-1]
"""On a machine with one core they share it, and little can be said about generators."""


@contextmanager
def on(core: int) -> Iterator[None]:
    """Let processes that are started meanwhile run on one core only, where the system can pin (Linux)."""
    if not PINS:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


class Others:
    """The CPU time of a core, or of all, against that of this process and the children it has waited for.

    Under a real-time policy (`chrt -r 1 python -m bench.load`) nobody else takes anything from us.
    """

    def __init__(self, core: int | None = None) -> None:
        self._core = core
        self._at, self._busy, self._own = monotonic(), _busy_s(core), _own_s()

    def share(self) -> float | None:
        """Return how much others have used since then, as a ratio; None where it cannot be seen."""
        if not PINS:
            return None
        elapsed = (monotonic() - self._at) * (1 if self._core is not None else os.cpu_count() or 1)
        return max(0.0, (_busy_s(self._core) - self._busy - (_own_s() - self._own)) / elapsed)

    def disturbed(self) -> bool:
        """Return whether others have used so much that what was measured says little."""
        return not _is_real_time() and (self.share() or 0.0) > QUIET


def _is_real_time() -> bool:
    return PINS and os.sched_getscheduler(0) in (os.SCHED_FIFO, os.SCHED_RR)


def _busy_s(core: int | None) -> float:
    """Return the time that a core, or all, was not idle (proc(5), /proc/stat), with what a hypervisor took."""
    if not PINS:
        return 0.0
    name = "cpu" if core is None else f"cpu{core}"
    lines = (line.split() for line in Path("/proc/stat").read_text("utf-8").splitlines())
    user, nice, system, _, _, *rest = map(int, next(line for line in lines if line[0] == name)[1:9])
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


def _own_s() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in used)
