"""Processes forked from a supervisor, ready with everything imported, that die with it.

A supervisor has no threads, so that forking it is safe.
"""

import faulthandler
import os
import selectors
import signal
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import NoReturn

from hermetic.errors import HermeticError
from hermetic.process import die_with_parent

START_TIMEOUT_S = 20.0
STOP_TIMEOUT_S = 5.0


def fork(work: Callable[[], None], tidy: Callable[[], None]) -> int:
    """Run `work` in a child process that dies with this one; return its process id.

    `tidy` closes, in the child, what only the parent may hold.
    """
    arm = die_with_parent(signal.SIGKILL)
    pid = os.fork()
    if pid == 0:
        _become(arm, work, tidy)
    return pid


def _become(arm: Callable[[], None] | None, work: Callable[[], None], tidy: Callable[[], None]) -> NoReturn:
    code = 1
    try:
        if arm:
            arm()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)  # stdout is the keeper's
        faulthandler.enable()  # a server that is killed for its silence says where it stood
        tidy()
        work()
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def launch(what: str, work: Callable[[int], None], tidy: Callable[[], None]) -> int:
    """Fork a server and wait until it writes its one byte; return its process id. One that fails is not left behind.

    Args:
        what: The server's name, for the error.
        work: Serves; gets the descriptor to write the byte to.
        tidy: As for `fork`.

    Raises:
        HermeticError: It ends or stays silent.
    """
    reading, writing = os.pipe()
    pid = fork(lambda: work(writing), tidy)
    os.close(writing)
    try:
        await_byte(what, reading)
    except HermeticError:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGABRT)
        os.waitpid(pid, 0)
        raise
    finally:
        os.close(reading)
    return pid


def await_byte(what: str, reading: int) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(reading, selectors.EVENT_READ)
        if not selector.select(START_TIMEOUT_S) or not os.read(reading, 1):
            raise HermeticError(f"{what} did not start", "see the stand-in's log for its traceback")


def stop(pid: int) -> None:
    """Ask a child to end, by force after a while, and wait for it; 0 is none."""
    if not pid:
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while os.waitpid(pid, os.WNOHANG)[0] == 0:
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.002)


def ended(pid: int) -> bool:
    """Tell whether a child has ended by itself; 0, one that never came up, has."""
    return not pid or os.waitpid(pid, os.WNOHANG)[0] != 0


def kill_all(pids: Iterable[int]) -> None:
    """End children by force, those that are still there."""
    for pid in filter(None, pids):
        with suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
