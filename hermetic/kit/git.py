"""Git repositories of stand-ins, under an identity of their own and deaf to the machine's configuration."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path


def git(folder: Path, *arguments: str, at: datetime | None = None) -> str:
    """Run git in a repository and return what it printed; `at` dates what it commits."""
    moment = (at or datetime(2025, 11, 1, tzinfo=UTC)).isoformat()
    identity = {"NAME": "MES stand-in", "EMAIL": "mes@example.com", "DATE": moment}
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        **{f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in identity.items()},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    command = ["git", "-C", str(folder), "-c", "gc.auto=0", "-c", "commit.gpgsign=false", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout


def commit(folder: Path, message: str, at: datetime, *, amend: bool = False) -> None:
    """Commit every change of the files."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", message, *(["--amend"] if amend else []), at=at)


def save_changes(folder: Path) -> None:
    """Fold what changed in the files into the last commit."""
    commit(folder, git(folder, "log", "-1", "--format=%s").strip(), datetime(2025, 11, 20, tzinfo=UTC), amend=True)
