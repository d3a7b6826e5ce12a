"""Runs a workload in locust processes of its own, and ends exactly those that it started."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import IO, TextIO

from gonogo.outcome import Unverified, UsageError
from gonogo.workload.command import ONE_CORE, Layout, commands, variables
from gonogo.workload.order import Order
from gonogo.workload.progress import Progress
from gonogo.workload.recording import Recording
from gonogo.workload.result import Result

_STARTS_WITHIN_S = 40.0
_ENDS_WITHIN_S = 8.0
_LOG_CHARACTERS = 20_000


def run(
    order: Order,
    locustfile: Path,
    *,
    layout: Layout = ONE_CORE,
    secrets: Mapping[str, str] | None = None,
    directory: Path | None = None,
    stream: TextIO | None = None,
    stop: threading.Event | None = None,
    rehearsal: str = "",
) -> Result:
    """Run a workload to its end and return what it came to. Blocks; nothing is judged and no guard is asked here.

    Args:
        order: What to do.
        locustfile: load/NAME.py.
        layout: On how many cores.
        secrets: Environment variables for the locust file, such as a token's.
        directory: Where order, recording and log are kept; by default a new folder for temporary files.
        stream: Where progress is shown.
        stop: When it is set, the load ends early.
        rehearsal: How the order was scaled down, in words.

    Raises:
        UsageError: If there is no such locust file.
        Unverified: If locust cannot be started.
    """
    if not locustfile.is_file():
        raise UsageError(f"workload {order.workload!r}: there is no locust file {locustfile}")
    home = Path(directory or tempfile.mkdtemp(prefix="gonogo-load-"))
    home.mkdir(parents=True, exist_ok=True)
    order = replace(order, recording=str(home / "recording.json"), live=str(home / "live.json"))
    (home / "order.json").write_text(order.as_json(), encoding="utf-8")
    started = _Started(order, home)
    try:
        started.start(locustfile, layout, secrets or {})
        started.wait(Progress(order, stream), stop or threading.Event())
    finally:
        started.end()
    return started.result(rehearsal)


@dataclass
class _Started:
    """The processes of one run; each is the leader of a group of its own, with its forks in it."""

    order: Order
    home: Path
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self, locustfile: Path, layout: Layout, secrets: Mapping[str, str]) -> None:
        environment = variables(self.home / "order.json", secrets)
        root = locustfile.resolve().parent.parent
        for number, command in enumerate(commands(self.order, locustfile.resolve(), layout, _free_port())):
            with (self.home / f"locust-{number}.log").open("wb") as log:
                self.processes.append(_launch(command, root, environment, log))

    def wait(self, progress: Progress, stop: threading.Event) -> None:
        """Wait for the end of the deciding process; one that overruns every deadline is told to end."""
        order, main = self.order, self.processes[0]
        latest = monotonic() + order.ends_s + order.deadline_s + order.grace_s + _STARTS_WITHIN_S
        while main.poll() is None and monotonic() < latest and not stop.is_set():
            progress.look()
            with contextlib.suppress(subprocess.TimeoutExpired):
                main.wait(0.1)
        if main.poll() is None:
            self.end()
        progress.close(str(self.result("")))

    def end(self) -> None:
        """End what still runs: politely, so that it writes what it has, then for good; by process id."""
        running = [process for process in self.processes if process.poll() is None]
        if self.processes and self.processes[0] in running:
            self.processes[0].send_signal(signal.SIGTERM)
        until = monotonic() + _ENDS_WITHIN_S + self.order.grace_s
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(until - monotonic(), 0.1))
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def result(self, rehearsal: str) -> Result:
        said = "".join(_tail(self.home / f"locust-{number}.log") for number in range(len(self.processes)))
        code = self.processes[0].returncode if self.processes else -1
        return Result(self.order, self._recording(), said, -1 if code is None else code, rehearsal, self.home)

    def _recording(self) -> Recording:
        """Return the recording; an absent or torn one is empty, and an empty one decides nothing."""
        try:
            return Recording.from_dict(json.loads(Path(self.order.recording).read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            return Recording()


def _launch(
    command: Sequence[str], root: Path, environment: Mapping[str, str], log: IO[bytes]
) -> "subprocess.Popen[bytes]":
    try:
        return subprocess.Popen(
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise Unverified(f"locust could not be started: {error.strerror}; run `make setup`") from None


def _free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _tail(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")[-_LOG_CHARACTERS:]
    except OSError:
        return ""
