"""Postgres and Redis as plain processes of this machine, for where no container engine answers."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from hermetic.binaries import find_postgres, find_redis
from hermetic.errors import HermeticError
from hermetic.loopback import HOST, LoopbackServer
from hermetic.process import Account, Child, run_as, unprivileged_account
from hermetic.services import KEPT, STATISTICS, THROWAWAY, Backing, Postgres, Redis, random_password
from hermetic.workspace import Workspace

SUPERUSER = "keeper"
REDIS_DATABASES = 64


def start_embedded(workspace: Workspace, reason: str, environment: Mapping[str, str] = os.environ) -> Backing:
    """Start both servers side by side and return once both answer with their password.

    Raises:
        HermeticError: A program is missing, or does not start.
    """
    account = unprivileged_account()
    redis_server, redis_service = _redis(workspace, find_redis(environment))
    with ExitStack() as stack:
        stack.callback(redis_server.stop)
        redis_server.launch()
        programs = find_postgres(environment, workspace.folder("programs"), account)
        postgres_server, postgres_service = _postgres(workspace, programs, account)
        stack.callback(postgres_server.stop)
        postgres_server.launch()
        postgres = replace(postgres_service, port=postgres_server.wait())
        redis_up = replace(redis_service, port=redis_server.wait())
        return Backing(
            kind="embedded",
            postgres=replace(postgres, version=postgres.ask_version()),
            redis=replace(redis_up, version=redis_up.ask_version()),
            reason=reason,
            stop=stack.pop_all().close,
        )


def _postgres(workspace: Workspace, programs: Path, account: Account | None) -> tuple[LoopbackServer, Postgres]:
    """Make a cluster, owned by the account that will serve it."""
    home = workspace.folder("postgres")
    service = Postgres(HOST, 0, SUPERUSER, random_password())
    password_file = home / "password"
    password_file.write_text(service.password, encoding="utf-8")
    if account:
        for path in (home, password_file):
            os.chown(path, account.uid, account.gid)
    data = home / "data"
    _initialise(programs, data, password_file, account)
    settings = [word for setting in (*THROWAWAY, *_preloaded(programs)) for word in ("-c", setting)]

    def spawn(port: int) -> Child:
        command: Sequence[str | Path] = [
            programs / "postgres", "-D", data, "-h", HOST, "-p", str(port), "-k", "", *settings,
        ]  # fmt: skip
        # SIGQUIT is the immediate shutdown: no checkpoint, which throwaway data does not need.
        return workspace.spawn("postgres", command, cwd=home, account=account, farewell=signal.SIGQUIT)

    def ping(port: int) -> None:
        replace(service, port=port).connect().close()

    return LoopbackServer("Postgres", spawn, ping), service


def _preloaded(programs: Path) -> list[str]:
    """Return the settings that load the statistics of statements, where this installation brings that library."""
    libraries = programs.resolve().parent / "lib"
    brought = any(path.suffix in (".so", ".dylib") for path in libraries.rglob(f"{STATISTICS}.*"))
    return [f"shared_preload_libraries={STATISTICS}", KEPT] if brought else []


def _initialise(programs: Path, data: Path, password_file: Path, account: Account | None) -> None:
    command: Sequence[str | Path] = [
        programs / "initdb", "-D", data, "-U", SUPERUSER, f"--pwfile={password_file}", "--auth=scram-sha-256",
        "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=data.parent, capture_output=True, check=False, **run_as(account))
    password_file.unlink()
    if done.returncode != 0:
        said = (done.stderr or done.stdout).decode(errors="replace").strip()
        raise HermeticError(
            f"{command[0]} could not make a cluster in {data}: {said}",
            "free some disk space, or point TMPDIR to a directory that every account may enter",
        )


def _redis(workspace: Workspace, program: Path) -> tuple[LoopbackServer, Redis]:
    home = workspace.folder("redis")
    service = Redis(HOST, 0, random_password(), databases=REDIS_DATABASES)
    configuration = home / "redis.conf"  # a file, for a password on the command line is there for all to see
    configuration.write_text(f'requirepass {service.password}\nsave ""\nappendonly no\n', encoding="utf-8")

    def spawn(port: int) -> Child:
        command: Sequence[str | Path] = [
            program, configuration, "--port", str(port), "--bind", HOST, "--databases", str(REDIS_DATABASES),
            "--dir", home,
        ]  # fmt: skip
        return workspace.spawn("redis", command, cwd=home, farewell=signal.SIGTERM)

    def ping(port: int) -> None:
        with replace(service, port=port).connect() as client:
            client.ping()

    return LoopbackServer("Redis", spawn, ping), service
