"""Signals and parents: a run ends cleanly when it is told to, and does not outlive whoever started it."""

import ctypes
import signal
import sys
from types import FrameType

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Let the kernel end this process when its parent dies, where the kernel can (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def interrupt_on_signals() -> None:
    """Make SIGTERM and SIGHUP end the run as Ctrl-C does: by default they would skip the end of the session.

    SIGINT too: a shell starts what it puts into the background deaf to it, and `gonogo gate` stops its run with it.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in ending_signals() - {signal.SIGINT}:
        signal.signal(number, _interrupt)


def ending_signals() -> set[signal.Signals]:
    """Return the signals by which a run is told to end; not SIGHUP where it was started to outlive that (nohup)."""
    hang_up = getattr(signal, "SIGHUP", signal.SIGTERM)
    deaf = signal.getsignal(hang_up) is signal.SIG_IGN
    return {signal.SIGINT, signal.SIGTERM} | (set() if deaf else {hang_up})


def _interrupt(number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt(f"received {signal.Signals(number).name}")
