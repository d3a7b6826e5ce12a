"""What the probes' tests share: a guard that allows 127.0.0.1, evidence in a temporary directory, a rig, services."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from fault_rig import Rig, running
from probe_kit import PATIENCE_S, TOKEN, Kept, Scenario

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.probes.http import HttpProbe
from gonogo.secrets import Redactor, Secret
from gonogo.settings import DatabaseSettings, GuardSettings, RedisSettings, TargetSettings
from hermetic.embedded import start_embedded
from hermetic.services import Backing
from hermetic.workspace import create_workspace


@pytest.fixture
def scenario() -> Scenario:
    return Scenario()


@pytest.fixture
def guard(scenario: Scenario) -> Guard:
    settings = GuardSettings(kind="staging", allowed_hosts=("127.0.0.1",), mutations="allow")
    return Guard(settings, mutating=lambda: scenario.mutates, file="environments/staging.toml")


@pytest.fixture
def run_directory(tmp_path: Path) -> Path:
    return tmp_path / "run"


@pytest.fixture
def evidence(run_directory: Path) -> Evidence:
    redactor = Redactor()
    redactor.register([Secret("MES_TOKEN", TOKEN)])
    return Evidence(run_directory, redactor)


@pytest.fixture
def kept(run_directory: Path, evidence: Evidence) -> Kept:
    return Kept(run_directory, evidence)


@pytest.fixture
def rig() -> Iterator[Rig]:
    with running() as rig:
        yield rig


@pytest.fixture
def http(rig: Rig, guard: Guard, evidence: Evidence) -> Iterator[HttpProbe]:
    settings = TargetSettings(base_url=rig.url, deadline_s=PATIENCE_S, max_bytes=1_000_000)
    probe = HttpProbe("mes", settings, guard, evidence, "run-1")
    yield probe
    probe.close()


@pytest.fixture
def hasty_http(rig: Rig, guard: Guard, evidence: Evidence) -> Iterator[HttpProbe]:
    """With a deadline that is there to be missed."""
    probe = HttpProbe("mes", TargetSettings(base_url=rig.url, deadline_s=1.0), guard, evidence, "run-1")
    yield probe
    probe.close()


@pytest.fixture(scope="session")
def backing() -> Iterator[Backing]:
    root = Path(tempfile.mkdtemp(prefix="gonogo-probes-"))
    root.chmod(0o755)
    workspace = create_workspace(root)
    started = start_embedded(workspace, "for the probes' tests")
    yield started
    started.stop()
    workspace.close()
    shutil.rmtree(root)


@pytest.fixture(scope="session")
def database(backing: Backing) -> DatabaseSettings:
    """A database with ten plans, and a role that owns nothing but could write to them."""
    name = f"probes_{os.getpid()}"
    server = backing.postgres
    with server.connect() as connection:
        connection.execute(f"create role {name} login password 'reader-password'")
        connection.execute(f"create database {name} encoding 'UTF8' template template0")
    with psycopg.connect(
        host=server.host, port=server.port, user=server.user, password=server.password, dbname=name
    ) as connection:
        connection.execute("create table plans as select n as id, 'PLAN-' || n as name from generate_series(1, 10) n")
        connection.execute(f"grant select, insert on plans to {name}")
    password = Secret("MES_DB_PASSWORD", "reader-password")
    return DatabaseSettings(
        host=server.host, port=server.port, name=name, user=name, password=password, deadline_s=PATIENCE_S
    )


@pytest.fixture(scope="session")
def redis_settings(backing: Backing) -> RedisSettings:
    """A Redis database with a counter, a hash and a text."""
    with backing.redis.connect(3) as client:
        client.set("validation_errors", 7)
        client.hset("plan:1", mapping={"status": "draft", "quantity": "40"})
        client.set("name", "PLAN-1224-001")
    password = Secret("MES_REDIS_PASSWORD", backing.redis.password)
    return RedisSettings(
        host=backing.redis.host, port=backing.redis.port, db=3, password=password, deadline_s=PATIENCE_S
    )
