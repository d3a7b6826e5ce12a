"""What a backing offers, whoever runs it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

Kind = Literal["containers", "embedded", "external"]
CONNECT_TIMEOUT_S = 20
# Settings of a Postgres whose data is thrown away with the run: nothing needs to reach the disk, so a slow disk holds
# nobody up.
THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "timezone=UTC")
STATISTICS = "pg_stat_statements"
KEPT = f"{STATISTICS}.max=50000"  # every world has statements of its own, and one that is dropped is not counted


@dataclass(frozen=True)
class Postgres:
    """A Postgres server and the account that may create roles and databases on it."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    database: str = "postgres"
    version: str = ""

    def connect(self) -> psycopg.Connection:
        """Connect to the administrative database in autocommit mode, as CREATE DATABASE wants.

        Raises:
            psycopg.OperationalError: Nobody listens there, or the password is wrong.
        """
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            dbname=self.database,
            connect_timeout=CONNECT_TIMEOUT_S,
            autocommit=True,
        )

    def ask_version(self) -> str:
        """Return the server's own version, such as 18.6."""
        with self.connect() as connection:
            row = connection.execute("show server_version").fetchone()
        return str(row[0]).split()[0] if row else "unknown"


@dataclass(frozen=True)
class Redis:
    """A Redis server (or one that speaks its protocol) and the number of databases it has."""

    host: str
    port: int
    password: str = field(repr=False)
    databases: int = 16
    version: str = ""

    def connect(self, number: int = 0) -> "redis.Redis":
        """Return a client for one of its databases; it connects at the first command."""
        return redis.Redis(
            host=self.host,
            port=self.port,
            password=self.password or None,
            db=number,
            socket_connect_timeout=CONNECT_TIMEOUT_S,
            socket_timeout=CONNECT_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),  # who waits for a start asks again by himself
        )

    def ask_version(self) -> str:
        """Return what serves and which version: `7.2.4`, or `9.1.2 (valkey)`, which only claims to be a Redis."""
        with self.connect() as client:
            about = client.info("server")
        valkey = about.get("valkey_version")
        return f"{valkey} (valkey)" if valkey else str(about["redis_version"])


@dataclass(frozen=True)
class Backing:
    """The two services of a run, where they came from and why; `stop` ends what was started for it, once or often."""

    kind: Kind
    postgres: Postgres
    redis: Redis
    reason: str
    stop: Callable[[], None]

    def describe(self) -> dict[str, str]:
        """Return what a report says of it: kind, versions and the reason for the choice."""
        return {
            "kind": self.kind,
            "postgres": self.postgres.version,
            "redis": self.redis.version,
            "reason": self.reason,
        }


def random_password() -> str:
    """Return a password of 24 characters that needs no quoting anywhere."""
    return secrets.token_hex(12)
