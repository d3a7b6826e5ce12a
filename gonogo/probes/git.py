"""Facts from a git checkout, without running anything that the checkout's own configuration names."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from gonogo.outcome import Unverified

_DEADLINE_S = 20
_SAFE = (
    "--no-pager",
    "--no-replace-objects",
    "--no-optional-locks",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "log.showSignature=false",
    "-c",
    "log.mailmap=false",
)


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit: its full hash, its commit date (RFC 3339 with offset), the first line of its message."""

    sha: str
    date: str
    subject: str


def log(folder: Path, subject: str, limit: int = 10_000) -> list[Commit]:
    """Return the commits of HEAD of the repository at `folder`, newest first, at most `limit`.

    Only a repository that begins at `folder` counts, never one that lies around it.

    Raises:
        Unverified: If git is missing, does not answer, or finds no commit; begins with `subject`.
    """
    command = ["git", *_SAFE, "-c", f"safe.directory={folder}", "-C", str(folder), "log", "-z", f"--max-count={limit}"]
    try:
        run = subprocess.run(
            [*command, "--format=%H%x1f%cI%x1f%s", "HEAD", "--"],
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_DEADLINE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unverified(f"{subject}: git did not answer ({type(error).__name__}); is it installed?") from None
    if run.returncode != 0:
        said = " ".join(run.stderr.decode("utf-8", "replace").split())[:200]
        raise Unverified(f"{subject}: {folder} gave no commits: {said}")
    records = run.stdout.decode("utf-8", "replace").split("\0")
    return [Commit(*record.split("\x1f", 2)) for record in records if record]


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "LC_ALL": "C",
        "GIT_CEILING_DIRECTORIES": str(folder.parent),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }
