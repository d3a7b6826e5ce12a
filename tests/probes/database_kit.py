"""A database of its own for a module of tests, with a role that may only read, on the Postgres of the session."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from probe_kit import PATIENCE_S

from gonogo.secrets import Secret
from gonogo.settings import DatabaseSettings
from hermetic.services import Backing

PASSWORD = "reader-password"


@dataclass(frozen=True)
class Scratch:
    """A database, as its owner and as its reader reach it."""

    backing: Backing
    name: str

    def owner(self, application: str = "owner") -> psycopg.Connection:
        """Connect as the superuser; every statement is committed at once."""
        server = self.backing.postgres
        return psycopg.connect(
            host=server.host, port=server.port, user=server.user, password=server.password, dbname=self.name,
            autocommit=True, application_name=application,
        )  # fmt: skip

    @property
    def reader(self) -> DatabaseSettings:
        server, secret = self.backing.postgres, Secret("MES_DB_PASSWORD", PASSWORD)
        return DatabaseSettings(
            host=server.host, port=server.port, name=self.name, user=self.name, password=secret, deadline_s=5
        )


@contextmanager
def scratch(backing: Backing, name: str, *statements: str) -> Iterator[Scratch]:
    """Make the database `name`, run `statements` in it as its owner, and drop it in the end.

    Nobody has a session in it when it is given: the figures of the statements have been counted too.
    """
    with backing.postgres.connect() as server:
        server.autocommit = True
        server.execute(f"create role {name} login password '{PASSWORD}'")
        server.execute(f"create database {name} template template0")
    made = Scratch(backing, name)
    with made.owner() as owner:
        for statement in statements:
            owner.execute(statement)
    with backing.postgres.connect() as server:
        _until_nobody_is_there(server, name)
    yield made
    with backing.postgres.connect() as server:
        server.autocommit = True
        server.execute(f"drop database {name} with (force)")
        server.execute(f"drop role {name}")


def _until_nobody_is_there(server: psycopg.Connection, name: str) -> None:
    """Wait until the sessions of a database have gone: the server hears of their end a moment later."""
    sessions = "select count(*) from pg_stat_activity where backend_type = 'client backend' and datname = %s"
    server.autocommit = True  # within a transaction the same sessions would be seen again and again
    end = time.monotonic() + PATIENCE_S
    while server.execute(sessions, [name]).fetchone() != (0,):
        assert time.monotonic() < end, f"the database {name} still has sessions"
        time.sleep(0.01)
