"""Finds a Chromium that starts, or gets one: Playwright's own, else the distribution's package.

What a try to get one came to is noted in the virtual environment, so that a download that cannot succeed is tried
once and not before every run.
"""

import contextlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
NOTE = "browser.json"
DOWNLOAD_S = 240.0
PACKAGE_S = 600.0
# Patient with a mirror that drops a connection, and with another apt-get that is at work.
APT_OPTIONS = ("--quiet", "-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=300")
MISSING = (
    "no browser: put Chromium on PATH (Debian: apt-get install chromium), or set CHROMIUM_PATH, then run make setup; "
    "until then the criteria that need one stay unverified and the verdict is HOLD"
)
DEAD_END = (
    "CHROMIUM_PATH={path} does not start as a browser: correct it, or unset it to have one looked for; "
    "until then the criteria that need one stay unverified and the verdict is HOLD"
)

Say = Callable[[str], None]


def ensure(venv: Path, *, again: bool, say: Say) -> str | None:
    """Return the path of a browser that starts, getting one where need be and allowed; None after saying what to do.

    Args:
        venv: The virtual environment with Playwright in it; keeps the note.
        again: Try to get one even though an earlier try failed.
        say: Takes each line meant for the person at the terminal.
    """
    named = os.environ.get("CHROMIUM_PATH")
    found = find(venv)
    if found is None and not named and (again or read_note(venv) != ""):
        found = download(venv, say) or install_package(venv, say)
        with contextlib.suppress(PermissionError):  # another user's environment may be used as it is
            (venv / NOTE).write_text(json.dumps({"path": found or ""}) + "\n", encoding="utf-8")
    if found is None:
        say(DEAD_END.format(path=named) if named else MISSING)
    return found


def read_note(venv: Path) -> str | None:
    """Return what an earlier try to get a browser came to: its path, "" for nothing, None where none was made."""
    try:
        return str(json.loads((venv / NOTE).read_text(encoding="utf-8"))["path"])
    except (OSError, ValueError, KeyError):
        return None


def find(venv: Path) -> str | None:
    """Return the first candidate that starts."""
    return next(filter(starts, candidates(venv)), None)


def candidates(venv: Path) -> Iterator[str]:
    """Yield CHROMIUM_PATH alone where it is set: who names a browser means that one. Else PATH's, then Playwright's."""
    if named := os.environ.get("CHROMIUM_PATH"):
        yield named
        return
    yield from filter(None, (*map(shutil.which, NAMES), read_note(venv)))


def starts(path: str) -> bool:
    """Say whether a browser tells its version: libraries may be missing, Ubuntu's package may be a signpost."""
    return succeeds([path, "--version"], 20.0)


def download(venv: Path, say: Say) -> str | None:
    """Let Playwright fetch its own Chromium; None where the network or the system's libraries do not let it."""
    say("no browser on PATH: playwright install chromium ...")
    python = str(venv / "bin" / "python")
    hasty = {**os.environ, "PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"}
    if not succeeds([python, "-m", "playwright", "install", "chromium"], DOWNLOAD_S, hasty):
        say("Playwright's download did not succeed")
        return None
    ask = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as playwright: print(playwright.chromium.executable_path)"
    )
    answer = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False, timeout=60)
    path = answer.stdout.strip()
    if starts(path):
        return path
    say("Playwright's Chromium does not start: playwright install-deps chromium (as root) brings its libraries")
    return None


def install_package(venv: Path, say: Say) -> str | None:
    """Install the distribution's Chromium, as root on Debian or Ubuntu; None elsewhere or where that fails."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    say("apt-get install chromium ...")
    apt_get("install", "chromium", "--yes", "--no-install-recommends")
    return find(venv)


def apt_get(*words: str) -> bool:
    """Run apt-get; where it fails, bring its lists up to date and try again, twice. Say whether it ended well."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for _ in range(2):
        if succeeds(["apt-get", *words, *APT_OPTIONS], PACKAGE_S, quiet):
            return True
        succeeds(["apt-get", "update", *APT_OPTIONS], PACKAGE_S, quiet)
    return succeeds(["apt-get", *words, *APT_OPTIONS], PACKAGE_S, quiet)


def succeeds(command: Sequence[str], limit_s: float, environment: dict[str, str] | None = None) -> bool:
    """Run a command silently; say whether it ended well within its time."""
    try:
        done = subprocess.run(
            command, capture_output=True, stdin=subprocess.DEVNULL, env=environment, timeout=limit_s, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
