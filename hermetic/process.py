"""Child processes that end when this one does, and the ports they listen on."""

import ctypes
import os
import pwd
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

NOBODY = 65534  # where the list of accounts has no such name
PR_SET_PDEATHSIG = 1  # prctl(2), linux/prctl.h
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """The user and group that a program runs as."""

    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """Return `nobody` when this process is root, which Postgres refuses to run as; else None, the current account."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return Account(NOBODY, NOBODY)
    return Account(entry.pw_uid, entry.pw_gid)


def run_as(account: Account | None) -> dict[str, Any]:
    """Return the arguments that make `subprocess` run a program as an account, without any other group."""
    return {} if account is None else {"user": account.uid, "group": account.gid, "extra_groups": []}


def free_port() -> int:
    """Return a port of 127.0.0.1 that was free a moment ago; whoever listens on it must be ready to lose the race."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Return what a child must run before exec so that the kernel sends it `number` when the parent dies.

    Linux only (None elsewhere). The kernel watches the *thread* that forked, so spawn from the main thread. It forgets
    the wish when the child changes its user, so this has to run after that; `subprocess` keeps that order.
    """
    if LIBC is None:
        return None
    prctl, parent = LIBC.prctl, os.getpid()

    def arm() -> None:
        prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != parent:  # the parent died before the kernel was told
            os._exit(1)

    return arm


def started_at(pid: int) -> str | None:
    """Return when a process began, in the system's notation, or None when there is none: tells a pid from its reuse."""
    if LIBC is None:
        answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return answer.stdout.strip() or None
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] == "Z" else fields[19]  # fields 3 and 22 of proc(5), counted from behind the name


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process group, if it still exists."""
    with suppress(ProcessLookupError):
        os.killpg(pid, number)


@dataclass(frozen=True)
class Child:
    """A process in a group of its own, what it wrote to stderr in `log`, and the signal that asks it to end."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    farewell: signal.Signals = signal.SIGTERM

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    @property
    def stdin(self) -> IO[bytes]:
        assert self.process.stdin is not None, f"{self.name} was started without a pipe to it"
        return self.process.stdin

    @property
    def stdout(self) -> IO[bytes]:
        assert self.process.stdout is not None, f"{self.name} was started without a pipe from it"
        return self.process.stdout

    def wait(self, timeout_s: float) -> bool:
        """Wait for the end; False when it still lives after `timeout_s`."""
        try:
            self.process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def tail(self, lines: int = 12) -> str:
        """Return the last lines of its log, for an error message."""
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            text = ""
        return "\n".join(text.splitlines()[-lines:]) or "(it wrote nothing)"

    def says(self, pattern: str) -> bool:
        """Tell whether its log holds a line that matches `pattern`."""
        return re.search(pattern, self.tail(200)) is not None


def stop_all(children: Iterable[Child], grace_s: float = 5.0) -> None:
    """Ask every child to end, all at once, then end by force what is left of their groups."""
    children = list(children)
    for child in children:
        if child.alive:
            child.process.send_signal(child.farewell)
    reap(children, grace_s)


def reap(children: Iterable[Child], grace_s: float) -> None:
    """Wait for children that were asked to end; kill the rest of their groups and close their pipes."""
    for child in children:
        child.wait(grace_s)
        signal_group(child.process.pid, signal.SIGKILL)
        child.process.wait()
        for pipe in (child.process.stdin, child.process.stdout):
            if pipe is not None:
                close_quietly(pipe)


def close_quietly(pipe: IO[bytes]) -> None:
    """Close a pipe whose other end may be gone."""
    with suppress(BrokenPipeError):
        pipe.close()
