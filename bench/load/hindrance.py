"""What keeps a generator from its core: rivals that compute there, and pauses as a small CPU quota makes them."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import psutil  # type: ignore[import-untyped]

from bench.load import cores

_COMPUTES = "import time; end = time.monotonic() + 60\nwhile time.monotonic() < end: pass"
_RUNS_S, _PAUSES_S = 0.02, 0.08
Hindrance = Callable[[], AbstractContextManager[None]]


def nothing() -> AbstractContextManager[None]:
    """Leave the generator alone."""
    return nullcontext()


def rivals(count: int) -> Hindrance:
    """Return what lets `count` processes compute on the generator's core; they end by themselves after a minute.

    Each is in a session of its own, since Linux shares a core out among sessions first.
    """

    @contextmanager
    def hindered() -> Iterator[None]:
        command = [sys.executable, "-I", "-c", _COMPUTES]
        with cores.on(cores.GENERATOR):
            started = [subprocess.Popen(command, start_new_session=True) for _ in range(count)]
        try:
            yield
        finally:
            for process in started:
                process.kill()
                process.wait()

    return hindered


@contextmanager
def quota() -> Iterator[None]:
    """Let the generator run for 20 ms of every 100, by stopping and continuing it, as a quota of a fifth of a core."""
    with _meanwhile(_throttle):
        yield


@contextmanager
def least_priority() -> Iterator[None]:
    """Give the generator the lowest priority, with four rivals on its core."""
    with rivals(4)(), _meanwhile(_lower):
        yield


@contextmanager
def _meanwhile(work: Callable[[threading.Event], None]) -> Iterator[None]:
    ended = threading.Event()
    worker = threading.Thread(target=work, args=(ended,))
    worker.start()
    try:
        yield
    finally:
        ended.set()
        worker.join()


def _throttle(ended: threading.Event) -> None:
    while not ended.wait(_RUNS_S):
        for number, sent in ((signal.SIGSTOP, True), (signal.SIGCONT, False)):
            for pid in _generators():
                _signalled(pid, number)
            if sent:
                ended.wait(_PAUSES_S)


def _lower(ended: threading.Event) -> None:
    while not ended.wait(0.05):
        for pid in _generators():
            try:
                os.setpriority(os.PRIO_PROCESS, pid, 19)
            except ProcessLookupError:
                continue


def _signalled(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _generators() -> list[int]:
    """Return the locust processes that this one has started."""
    found = []
    for child in psutil.Process().children():
        try:
            if "locust" in child.cmdline():
                found.append(child.pid)
        except psutil.Error:
            continue
    return found
