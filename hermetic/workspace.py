"""The keeper's own directory and its proof of life.

A keeper holds a lock on `owner.lock` for as long as it lives; the kernel drops it however the keeper ends. So a
directory whose lock can be taken belongs to nobody, and `sweep` may remove it.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from hermetic.process import Account, Child, die_with_parent, run_as, started_at

PREFIX = "gonogo-hermetic-"
SHARED = (Path("/tmp"), Path("/var/tmp"))  # noqa: S108 - only ever used through mkdtemp


@dataclass(frozen=True)
class Workspace:
    """A fresh directory that lives as long as its keeper: logs in log/, services and worlds beside it."""

    directory: Path
    lock: IO[str]

    @property
    def owner(self) -> dict[str, str]:
        """What marks a resource outside this directory (a container, a database) as ours; see `is_orphan`."""
        return {"host": socket.gethostname(), "workspace": str(self.directory)}

    def folder(self, name: str, mode: int = 0o700) -> Path:
        """Make and return a directory inside the workspace."""
        path = self.directory / name
        path.mkdir(mode=mode)
        return path

    def spawn(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        cwd: Path | None = None,
        account: Account | None = None,
        env: dict[str, str] | None = None,
        pipes: bool = False,
        farewell: signal.Signals = signal.SIGTERM,
    ) -> Child:
        """Start a process that dies with this one, in a group of its own, with its stderr in log/NAME.log.

        Call it from the main thread: the kernel takes the end of the thread that forked for the parent's death.

        Args:
            name: What the process is called in messages and in its log's name.
            account: Who it runs as; None for the current account.
            pipes: Connect stdin and stdout; else stdin is empty and stdout goes to the log.
            farewell: The signal that asks it to end; also sent by the kernel when this process dies (Linux).
        """
        log = self.directory / "log" / f"{name}.log"
        with log.open("ab") as stderr:
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE if pipes else subprocess.DEVNULL,
                stdout=subprocess.PIPE if pipes else stderr,
                stderr=stderr,
                cwd=cwd or self.directory,
                env=env,
                process_group=0,
                preexec_fn=die_with_parent(farewell),
                **run_as(account),
            )
        self._record(name, process.pid)
        return Child(name, process, log, farewell)

    def _record(self, name: str, pid: int) -> None:
        with (self.directory / "processes.jsonl").open("a", encoding="utf-8") as journal:
            journal.write(json.dumps({"name": name, "pid": pid, "started": started_at(pid)}) + "\n")

    def close(self) -> None:
        """Delete the directory and let go of the lock, in this order: a lock that is free means nobody will tidy up."""
        shutil.rmtree(self.directory, ignore_errors=True)
        self.lock.close()


def create_workspace(root: Path | None = None) -> Workspace:
    """Make a workspace under `root` (default: the system's directory for temporary files).

    Others may pass through it but not list it: a database server that must not run as root has its data below.
    """
    directory = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root or workspace_root()))
    directory.chmod(0o711)
    (directory / "log").mkdir(mode=0o700)
    lock = (directory / "owner.new").open("w", encoding="utf-8")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    Path(lock.name).rename(directory / "owner.lock")  # so that the file is never seen without its lock
    return Workspace(directory, lock)


def workspace_root() -> Path:
    """Return where workspaces are made: the temporary directory, or, for root, one that `nobody` can enter too."""
    preferred = Path(tempfile.gettempdir())
    if os.geteuid() != 0:
        return preferred
    return next((path for path in (preferred, *SHARED) if open_to_all(path)), preferred)


def open_to_all(directory: Path) -> bool:
    """Tell whether every account may pass through a directory and all directories above it."""
    path = directory.resolve()
    return all(step.is_dir() and step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))
