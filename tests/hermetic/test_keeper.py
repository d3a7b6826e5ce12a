"""The keeper as a program meets it: real processes, one Postgres and one Redis for all of them."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from keeper_process import (
    PROGRAM,
    KeeperProcess,
    alive,
    descendants,
    environment,
    get,
    passable_directory,
    wait_until_gone,
    workspaces,
)

from hermetic.embedded import start_embedded
from hermetic.services import Backing
from hermetic.workspace import create_workspace

Start = Callable[..., KeeperProcess]


@pytest.fixture(scope="module")
def services() -> Iterator[Backing]:
    """The servers that the keepers under test are given as external ones."""
    root = passable_directory()
    workspace = create_workspace(root)
    backing = start_embedded(workspace, "")
    yield backing
    backing.stop()
    workspace.close()
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def account(services: Backing) -> dict[str, str]:
    """Variables that name the servers, with a role that may make databases and roles and is no superuser."""
    with services.postgres.connect() as connection:
        connection.execute("create role operator login createdb createrole password 'operator'")
    return {
        "GONOGO_POSTGRES_HOST": services.postgres.host,
        "GONOGO_POSTGRES_PORT": str(services.postgres.port),
        "GONOGO_POSTGRES_USER": "operator",
        "GONOGO_POSTGRES_PASSWORD": "operator",
        "GONOGO_REDIS_HOST": services.redis.host,
        "GONOGO_REDIS_PORT": str(services.redis.port),
        "GONOGO_REDIS_PASSWORD": services.redis.password,
    }


@pytest.fixture
def temporary() -> Iterator[Path]:
    path = passable_directory()
    yield path
    shutil.rmtree(path)


@pytest.fixture
def start(temporary: Path, account: dict[str, str]) -> Iterator[Start]:
    started: list[KeeperProcess] = []

    def start_keeper(*arguments: str, **variables: str) -> KeeperProcess:
        started.append(KeeperProcess(temporary, *arguments, **{**account, **variables}))
        return started[-1]

    yield start_keeper
    for keeper in started:
        keeper.close()


def databases_left(services: Backing) -> list[str]:
    with services.postgres.connect() as connection:
        rows = connection.execute("select datname from pg_database where starts_with(datname, 'gonogo_')").fetchall()
        roles = connection.execute("select rolname from pg_roles where starts_with(rolname, 'gonogo_')").fetchall()
    return [name for (name,) in [*rows, *roles]]


def test_one_line_says_all_and_the_end_of_stdin_ends_all(start: Start, services: Backing, temporary: Path) -> None:
    keeper = start("up", "--worlds=2", "--profile=production", "--release=9.9.9")
    answer = keeper.ready()
    assert answer["backing"]["kind"] == "external"
    assert answer["backing"]["postgres"] == services.postgres.version
    told = [get(world["variables"]["ECHO_URL"]) for world in answer["worlds"]]
    assert [world["index"] for world in told] == [0, 1]
    assert {(world["profile"], world["release"]) for world in told} == {("production", "9.9.9")}
    assert len({world["database"] for world in told}) == len({world["redis_db"] for world in told}) == 2
    for world, backing in zip(answer["worlds"], told, strict=True):
        variables = world["variables"]
        assert variables["MES_DB_USER"] == backing["reader"]
        with psycopg.connect(
            host=variables["MES_DB_HOST"], port=variables["MES_DB_PORT"], dbname=variables["MES_DB_NAME"],
            user=variables["MES_DB_USER"], password=variables["MES_DB_PASSWORD"],
        ) as reader:  # fmt: skip
            assert reader.execute("show default_transaction_read_only").fetchone() == ("on",)
        with cache(variables) as client:
            client.set("left", "behind")
    processes = [keeper.process.pid, *descendants(keeper.process.pid)]

    keeper.hang_up()
    assert keeper.wait() == 0
    assert wait_until_gone(processes) == []
    assert workspaces(temporary) == []
    assert databases_left(services) == []
    for world in answer["worlds"]:
        with cache(world["variables"]) as client:
            assert client.dbsize() == 0


def cache(variables: dict[str, str]) -> "redis.Redis":
    return redis.Redis(
        host=variables["MES_REDIS_HOST"], port=int(variables["MES_REDIS_PORT"]),
        db=int(variables["MES_REDIS_DB"]), password=variables["MES_REDIS_PASSWORD"],
    )  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_as_cleanly(start: Start, services: Backing, temporary: Path, number: signal.Signals) -> None:
    keeper = start("up")
    keeper.ready()
    processes = descendants(keeper.process.pid)
    groups = {os.getpgid(pid) for pid in processes}
    assert os.getpgid(keeper.process.pid) not in groups, "Ctrl-C in a terminal must reach the keeper alone"
    keeper.process.send_signal(number)
    assert keeper.wait() == 0
    assert alive(processes) == []
    assert workspaces(temporary) == []
    assert databases_left(services) == []


def test_a_signal_during_the_start_ends_it_too(start: Start, services: Backing, temporary: Path) -> None:
    keeper = start("up", ECHO_MODE="mute")
    deadline = time.monotonic() + 20
    while not (found := descendants(keeper.process.pid)) and time.monotonic() < deadline:
        time.sleep(0.01)
    keeper.process.send_signal(signal.SIGTERM)
    assert keeper.wait() == 0
    assert wait_until_gone(found) == []
    assert workspaces(temporary) == []
    assert databases_left(services) == []


def test_being_asked_twice_does_not_cut_the_end_short_and_stubborn_processes_are_killed(
    start: Start, services: Backing, temporary: Path
) -> None:
    keeper = start("up", ECHO_MODE="stubborn")
    keeper.ready()
    processes = descendants(keeper.process.pid)
    assert len(processes) == 2
    for _ in range(3):
        keeper.process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
    keeper.process.send_signal(signal.SIGINT)
    assert keeper.wait() == 0
    assert wait_until_gone(processes) == []
    assert workspaces(temporary) == []
    assert databases_left(services) == []


def test_what_a_killed_keeper_left_on_an_external_server_is_dropped_by_the_next(
    start: Start, services: Backing, temporary: Path
) -> None:
    keeper = start("up")
    variables = keeper.ready()["worlds"][0]["variables"]
    with cache(variables) as client:
        client.set("left", "behind")
    living = start("up")
    kept = living.ready()["worlds"][0]["variables"]
    processes = descendants(keeper.process.pid)
    keeper.process.kill()
    keeper.wait()
    assert wait_until_gone(processes) == []
    assert variables["MES_DB_NAME"] in databases_left(services)

    third = start("up").ready()["worlds"][0]["variables"]
    left = databases_left(services)
    assert variables["MES_DB_NAME"] not in left
    assert kept["MES_DB_NAME"] in left
    assert third["MES_DB_NAME"] in left
    assert third["MES_REDIS_DB"] != kept["MES_REDIS_DB"]
    with cache(variables) as client:
        assert not client.exists("left")


def test_keys_of_somebody_else_are_left_alone(start: Start, services: Backing) -> None:
    with services.redis.connect(0) as theirs:
        theirs.set("precious", "1")
        try:
            keeper = start("up")
            assert keeper.ready()["worlds"][0]["variables"]["MES_REDIS_DB"] != "0"
            keeper.hang_up()
            assert keeper.wait() == 0
            assert theirs.get("precious") == b"1"
        finally:
            theirs.delete("precious")


@pytest.mark.parametrize(
    ("mode", "problem", "remedy"),
    [
        ("refuse", "the stand-in echo: no room for an echo", "find a bigger cave"),
        ("crash", "the stand-in echo ended before it was ready; its last words:\nthe echo fell over", "look at"),
        ("linger", "the stand-in echo ended before it was ready; its last words:\nthe echo faded", "look at"),
        ("babble", "the stand-in echo answered b'hello there\\n', which is no ready line", "its package has to"),
        ("half", 'the stand-in echo answered b\'{"ready": true, "variables": {}}\\n\', which is no ready line', "its"),
    ],
)
def test_a_stand_in_that_does_not_come_up_is_named_with_its_own_words(
    start: Start, services: Backing, temporary: Path, mode: str, problem: str, remedy: str
) -> None:
    keeper = start("up", ECHO_MODE=mode)
    answer = json.loads(keeper.read_line())
    assert answer["ready"] is False
    assert answer["error"] == problem
    assert answer["remedy"].startswith(remedy)
    assert keeper.wait() == 3
    assert workspaces(temporary) == []
    assert databases_left(services) == []


def test_a_state_that_a_stand_in_refuses_is_an_error_with_its_words(start: Start) -> None:
    keeper = start("up", "--state=nowhere")
    answer = json.loads(keeper.read_line())
    assert "was refused with 404" in answer["error"]
    assert "there is no state nowhere" in answer["error"]
    assert keeper.wait() == 3


def test_a_misspelt_fault_is_usage_and_nothing_is_started(start: Start, temporary: Path) -> None:
    keeper = start("up", "--fault=echo-lie", GONOGO_POSTGRES_PORT="1")
    answer = json.loads(keeper.read_line())
    assert answer["error"] == "there is no fault 'echo-lie'"
    assert answer["remedy"].startswith("did you mean 'echo-lies'?")
    assert keeper.wait() == 4


@pytest.mark.parametrize("argument", ["--worlds=0", "--worlds=many", "--profile=moon", "--backing=cloud", "--what"])
def test_a_wrong_option_is_usage(temporary: Path, argument: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "up", argument], env=environment(temporary), capture_output=True, check=False
    )
    assert done.returncode == 4
    assert argument.removeprefix("--").split("=")[0] in done.stderr.decode()


def test_more_worlds_than_empty_redis_databases_is_an_error_that_counts(start: Start, services: Backing) -> None:
    with services.redis.connect(0) as theirs:
        theirs.set("precious", "1")
        try:
            keeper = start("up", "--worlds=64")
            answer = json.loads(keeper.read_line())
        finally:
            theirs.delete("precious")
    assert "has 63 empty databases of 64, and 64 worlds need one each" in answer["error"]
    assert keeper.wait() == 3


def test_an_account_without_rights_is_told_which(start: Start, services: Backing) -> None:
    with services.postgres.connect() as connection:
        connection.execute("create role guest login password 'guest'")
    keeper = start("up", GONOGO_POSTGRES_USER="guest", GONOGO_POSTGRES_PASSWORD="guest")
    answer = json.loads(keeper.read_line())
    assert "permission denied" in answer["error"]
    assert answer["remedy"] == "give the role guest the rights CREATEDB and CREATEROLE"
    assert keeper.wait() == 3


def test_a_stand_in_that_ends_by_itself_is_named(start: Start) -> None:
    keeper = start("up")
    keeper.ready()
    os.kill(descendants(keeper.process.pid)[0], signal.SIGKILL)
    assert b"world-0-echo ended by itself (code -9)" in keeper.process.stderr.readline()


@pytest.fixture(scope="class")
def steady(account: dict[str, str]) -> Iterator[KeeperProcess]:
    temporary = passable_directory()
    options = ("--worlds=2", "--state=dawn", "--fault=echo-lies", "--fault=echo-stalls")
    keeper = KeeperProcess(temporary, "up", *options, **account)
    yield keeper
    keeper.close()
    shutil.rmtree(temporary)


@pytest.fixture(scope="class")
def answer(steady: KeeperProcess) -> dict[str, Any]:
    return steady.ready()


class TestWhileItRuns:
    """What can be asked of one keeper without disturbing the next question."""

    def test_state_and_faults_reach_the_control_port_of_every_world(self, answer: dict[str, Any]) -> None:
        states = [get(world["control"]["echo"]) for world in answer["worlds"]]
        assert states == [{"state": "dawn", "faults": ["echo-lies", "echo-stalls"]}] * 2

    def test_a_talkative_stand_in_never_blocks(self, answer: dict[str, Any]) -> None:
        for _ in range(100):  # 2 kB each, more than a pipe holds
            assert get(answer["worlds"][0]["variables"]["ECHO_URL"])["index"] == 0

    @pytest.mark.usefixtures("answer")
    def test_a_stand_in_is_not_told_the_accounts_of_the_servers(self, steady: KeeperProcess) -> None:
        known = Path(f"/proc/{descendants(steady.process.pid)[0]}/environ").read_bytes()
        assert b"PYTHONPATH" in known
        assert b"GONOGO_POSTGRES_PASSWORD" not in known
        assert b"GONOGO_REDIS_PASSWORD" not in known


class TestServe:
    def announced(self, keeper: KeeperProcess) -> list[str]:
        lines: list[str] = []
        while not lines or "Ctrl-C ends" not in lines[-1]:
            lines.append(keeper.read_line())
            assert lines[-1], keeper.errors()
        return lines

    def test_a_person_gets_variables_then_requests_and_ends_it_with_ctrl_c(
        self, start: Start, services: Backing, temporary: Path
    ) -> None:
        export = temporary / "my variables.sh"
        export.write_text("# written by `python -m hermetic serve`; gone when it ends\nexport STALE=1\n")
        keeper = start("serve", "--export-file", str(export), "--release=3.0.0")
        lines = self.announced(keeper)
        assert lines[0].startswith(f"# backing: external, Postgres {services.postgres.version}, Redis")
        assert lines[1] == "# world 0: staging, release 3.0.0\n"
        assert lines[2].startswith("# control of echo: http://127.0.0.1:")
        assert export.stat().st_mode & 0o777 == 0o600
        sourced = subprocess.run(
            ["sh", "-c", '. "$1" && printf "%s|%s|%s" "$ECHO_URL" "$ECHO_HOME" "$STALE"', "sh", export],
            capture_output=True, text=True, check=True,
        ).stdout.split("|")  # fmt: skip
        assert sourced[1].endswith("/it's here")
        assert sourced[2] == ""
        assert f"export ECHO_URL={sourced[0]}\n" in lines

        get(f"{sourced[0]}/plans")
        request = json.loads(keeper.read_line())
        assert request == {"stand_in": "echo", "world": 0, "method": "GET", "path": "/plans", "status": 200}

        keeper.process.send_signal(signal.SIGINT)
        assert keeper.wait() == 0
        assert not export.exists()
        assert workspaces(temporary) == []
        assert databases_left(services) == []

    def test_a_file_that_is_not_its_own_is_never_overwritten(self, start: Start, temporary: Path) -> None:
        export = temporary / "notes.txt"
        export.write_text("mine")
        keeper = start("serve", "--export-file", str(export))
        assert keeper.wait() == 3
        assert "was not written by serve" in keeper.errors()
        assert export.read_text() == "mine"

    def test_it_ends_with_an_error_when_a_stand_in_is_lost(self, start: Start) -> None:
        keeper = start("serve")
        self.announced(keeper)
        os.kill(descendants(keeper.process.pid)[0], signal.SIGKILL)
        assert keeper.wait() == 3
        assert "ended by itself" in keeper.errors()

    def test_a_missing_server_is_a_sentence_and_exit_3(self, start: Start) -> None:
        keeper = start("serve", "--backing=external", GONOGO_REDIS_HOST="")
        assert keeper.wait() == 3
        said = keeper.errors()
        assert "GONOGO_REDIS_HOST is not set" in said
        assert "remedy: set GONOGO_REDIS_HOST" in said
        assert "Traceback" not in said
