"""What becomes of the things that a killed keeper left behind.

Its processes are ended and its workspace is deleted here. Containers and databases that carry its mark are removed by
the modules that know them, which ask here whether the mark's keeper still lives.
"""

import fcntl
import json
import os
import shutil
import signal
import socket
import stat
import time
from pathlib import Path

from hermetic.process import signal_group, started_at
from hermetic.workspace import PREFIX, workspace_root

SETTLING_S = 60.0  # a directory without a lock file may be one that another keeper is just making


def is_orphan(owner: dict[str, str]) -> bool:
    """Tell whether a resource outside the file system, marked by `Workspace.owner`, has lost its keeper.

    Only this host's marks can be judged; what another host made is left to that host.
    """
    if owner.get("host") != socket.gethostname() or not owner.get("workspace"):
        return False
    directory = Path(owner["workspace"])
    return not directory.exists() or _lock_is_free(directory)


def sweep_workspaces(root: Path | None = None) -> list[Path]:
    """Remove what keepers left that were killed: their processes, then their directories, which are returned."""
    here = root or workspace_root()
    dead = [path for path in here.glob(f"{PREFIX}*") if _is_ours(path) and _lock_is_free(path)]
    for directory in dead:
        _end_processes(directory / "processes.jsonl")
        shutil.rmtree(directory, ignore_errors=True)
    return dead


def _is_ours(path: Path) -> bool:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()


def _lock_is_free(directory: Path) -> bool:
    try:
        with (directory / "owner.lock").open("r", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except BlockingIOError:
        return False
    except FileNotFoundError:
        return _age_s(directory) > SETTLING_S
    except PermissionError:
        return False


def _age_s(directory: Path) -> float:
    try:
        return time.time() - directory.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _end_processes(journal: Path) -> None:
    lines = journal.read_text(encoding="utf-8").splitlines() if journal.exists() else []
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:  # the keeper was killed while it wrote
            continue
        if entry["started"] is not None and started_at(entry["pid"]) == entry["started"]:
            signal_group(entry["pid"], signal.SIGKILL)
