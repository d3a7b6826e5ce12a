"""Sets the suite up: a virtual environment from the lock, the suite itself in it, and a browser.

Runs before every target of the Makefile and does nothing when all is as the lock and the interpreter ask. Uses the
standard library only. Whatever optional part is missing is named, with what its absence means and how to get it.
"""

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools import browser, parts

ROOT = Path(__file__).resolve().parent.parent
LOCK = "requirements.lock"
STAMP = "set-up.json"


class SetUpError(Exception):
    """Set-up cannot go on; the text says why and what to do."""


def fingerprint(root: Path, python: Path) -> dict[str, str]:
    """Return what an environment is made from: the interpreter, the place, the lock and the suite's own packaging.

    Raises:
        SetUpError: If the lock or pyproject.toml cannot be read.
    """
    try:
        packaging = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        lock = (root / LOCK).read_bytes()
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SetUpError(f"{root}: {error}; is this a complete checkout?") from error
    declared = json.dumps([packaging.get("project"), packaging.get("build-system")], sort_keys=True).encode()
    return {
        "python": f"{sys.version.split()[0]} {python.resolve()}",
        "root": str(root),
        "lock": hashlib.sha256(lock).hexdigest(),
        "project": hashlib.sha256(declared).hexdigest(),
    }


def is_current(venv: Path, wanted: dict[str, str]) -> bool:
    """Say whether `venv` was completed from exactly what is wanted now."""
    try:
        made_from = json.loads((venv / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(made_from == wanted) and (venv / "bin" / "python").exists()


def build(root: Path, venv: Path, wanted: dict[str, str]) -> None:
    """Make `venv` afresh; the stamp comes last, so that an interrupted set-up is begun again.

    Raises:
        SetUpError: If `venv` is something else, the interpreter cannot make one, or an installation fails.
    """
    if venv.exists() and any(venv.iterdir()) and not (venv / "pyvenv.cfg").exists():
        raise SetUpError(f"{venv} is no virtual environment: move it away, or name another with VENV=...")
    if venv.exists() and not os.access(venv, os.W_OK):
        raise SetUpError(f"{venv} belongs to another user: remove it as that user, or name another with VENV=...")
    started = time.monotonic()
    say(f"{venv.name}: Python {sys.version.split()[0]} and the packages of {LOCK}, a minute or so ...")
    if not (usable_uv() and install_with_uv(root, venv)):
        install_with_pip(root, venv)
    (venv / STAMP).write_text(json.dumps(wanted, indent=2) + "\n", encoding="utf-8")
    say(f"{venv.name}: ready after {time.monotonic() - started:.0f} s")


def usable_uv() -> bool:
    """Say whether uv is on PATH and answers; the shim of a version manager may be there and lead nowhere."""
    return shutil.which("uv") is not None and run(["uv", "--version"]).returncode == 0


def install_with_uv(root: Path, venv: Path) -> bool:
    """Make `venv` with uv; False, with a word about it, where uv cannot: it does not read pip's configuration."""
    into = ["uv", "pip", "install", "--quiet", "--python", str(venv / "bin" / "python")]
    for command in (
        ["uv", "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, str(venv)],
        [*into, "--require-hashes", "-r", str(root / LOCK)],
        [*into, "--no-deps", "--no-build-isolation", "-e", str(root)],
    ):
        done = run(command)
        if done.returncode != 0:
            say(f"uv could not ({last_line(done.stderr)}): trying pip")
            return False
    return True


def install_with_pip(root: Path, venv: Path) -> None:
    """Make `venv` with what Python itself brings.

    Raises:
        SetUpError: If the venv module is missing, with the package that has it; or if pip fails, with its last lines.
    """
    if run([sys.executable, "-c", "import ensurepip, venv"]).returncode != 0:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise SetUpError(f"{sys.executable} has no venv module: apt-get install {package} (Debian, Ubuntu)")
    pip = [str(venv / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    into = [*pip, "install", "--no-compile"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(venv)],
        [*into, "--require-hashes", "-r", str(root / LOCK)],
        [*into, "--no-deps", "--no-build-isolation", "-e", str(root)],
    ):
        done = run(command)
        if done.returncode != 0:
            tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-25:])
            raise SetUpError(f"{' '.join(command)} ended with {done.returncode}:\n{tail}")


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, its output kept; a command that is not there counts as failed."""
    try:
        return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))


def last_line(text: str) -> str:
    """Return the last line of a command's complaint."""
    return (text.strip().splitlines() or ["no reason given"])[-1].strip()


def say(text: str) -> None:
    """Tell the person at the terminal, at once."""
    print(f"set-up: {text}", file=sys.stderr, flush=True)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Let one set-up of a checkout run at a time; a second one waits and then finds everything done."""
    with (root / LOCK).open(encoding="utf-8") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def main(arguments: Sequence[str] | None = None) -> int:
    """Set up, and return 0; 4 where it cannot, 1 where a part that GONOGO_REQUIRE names is missing."""
    parser = argparse.ArgumentParser(
        prog="tools/setup", description="Make the virtual environment and a browser ready."
    )
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv", help="the virtual environment's directory")
    parser.add_argument("--again", action="store_true", help="look for, or try to get, each missing part again")
    options = parser.parse_args(arguments)
    venv: Path = options.venv.absolute()
    try:
        wanted = fingerprint(ROOT, Path(sys.executable))
        with alone(ROOT):
            fresh = not is_current(venv, wanted)
            if fresh:
                build(ROOT, venv, wanted)
            found = browser.ensure(venv, again=options.again or fresh, say=say)
    except SetUpError as error:
        say(str(error))
        return 4
    required = os.environ.get("GONOGO_REQUIRE", "")
    ask = fresh or options.again or required
    missing = parts.missing(ROOT, venv, has_browser=found is not None) if ask else []
    return parts.report(missing, required=required, say=say)


if __name__ == "__main__":
    sys.exit(main())
