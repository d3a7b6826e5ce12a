"""The databases of a world: one of Postgres with an owner and a reader, an empty one to copy, and one of Redis.

Every Postgres database carries a comment that says which keeper made it and which Redis database goes with it. So a
server that outlives the run (an external one) can be tidied up by the next start when the keeper was killed.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from hermetic.errors import HermeticError
from hermetic.services import Backing, Postgres, random_password
from hermetic.sweep import is_orphan
from hermetic.workspace import Workspace

PREFIX = "gonogo_"
ALLOCATION_LOCK = 7_420_117  # any number that all keepers share: two of them must not choose the same Redis database


@dataclass(frozen=True)
class Databases:
    """A world's share of the backing.

    `owner` owns `database` and may make others beside it, such as scratch copies. `reader` may SELECT from everything
    the owner will make there, and nothing else; its transactions are read-only from the start. `template` is empty and
    nobody's to connect to: a copy of it has the reader's rights and, where the server keeps them, statement statistics.
    """

    database: str
    template: str
    owner: str
    reader: str
    redis_db: int
    owner_password: str = field(repr=False)
    reader_password: str = field(repr=False)


@contextmanager
def world_databases(backing: Backing, workspace: Workspace, worlds: int) -> Iterator[list[Databases]]:
    """Make the databases of all worlds; on a server that outlives the run, drop them at the end.

    Raises:
        HermeticError: The account may not do it, or Redis has too few empty databases.
    """
    try:
        sweep_databases(backing)
        made = _create_all(backing, workspace, worlds)
    except psycopg.Error as error:
        raise HermeticError(
            f"Postgres at {backing.postgres.host}:{backing.postgres.port} refused to make a world's database: {error}",
            f"give the role {backing.postgres.user} the rights CREATEDB and CREATEROLE",
        ) from error
    try:
        yield made
    finally:
        if backing.kind == "external":
            for databases in made:
                _drop(backing, databases.owner, databases.redis_db)


def sweep_databases(backing: Backing) -> list[str]:
    """Drop the databases on an external server whose keeper was killed on this host; return their names."""
    if backing.kind != "external":
        return []
    dropped = []
    for mark in _marks(backing.postgres):
        if is_orphan(mark):
            _drop(backing, mark["owner"], int(mark["redis_db"]) if mark["redis"] == _address(backing) else None)
            dropped.append(mark["database"])
    return dropped


def _create_all(backing: Backing, workspace: Workspace, worlds: int) -> list[Databases]:
    with backing.postgres.connect() as connection:
        connection.execute("select pg_advisory_lock(%s)", [ALLOCATION_LOCK])
        numbers = _empty_redis_databases(backing, worlds)
        return [_create(connection, backing, workspace, number) for number in numbers]


def _empty_redis_databases(backing: Backing, wanted: int) -> list[int]:
    """Choose Redis databases that hold nothing and that no other keeper has; nobody's keys are ever flushed."""
    taken = {int(mark["redis_db"]) for mark in _marks(backing.postgres) if mark["redis"] == _address(backing)}
    numbers = [n for n in range(backing.redis.databases) if n not in taken and _holds_nothing(backing, n)][:wanted]
    if len(numbers) < wanted:
        raise HermeticError(
            f"Redis at {_address(backing)} has {len(numbers)} empty databases of {backing.redis.databases}, "
            f"and {wanted} worlds need one each",
            "start fewer worlds (--worlds), or give them a Redis of their own with more databases",
        )
    return numbers


def _holds_nothing(backing: Backing, number: int) -> bool:
    with backing.redis.connect(number) as client:
        return int(client.dbsize()) == 0


def _create(admin: psycopg.Connection, backing: Backing, workspace: Workspace, redis_db: int) -> Databases:
    name = f"{PREFIX}{random_password()[:12]}"
    made = Databases(
        name, f"{name}_template", f"{name}_owner", f"{name}_reader", redis_db, random_password(), random_password()
    )
    names = {
        "database": Identifier(made.database),
        "template": Identifier(made.template),
        "owner": Identifier(made.owner),
        "reader": Identifier(made.reader),
        "owner_password": Literal(made.owner_password),
        "reader_password": Literal(made.reader_password),
        "mark": Literal(json.dumps(_mark(backing, workspace, made))),
    }
    for statement in ADMIN_STATEMENTS:
        admin.execute(SQL(statement).format(**names))
    service = replace(backing.postgres, user=made.owner, password=made.owner_password, database=made.template)
    with service.connect() as owner:
        for statement in OWNER_STATEMENTS:
            owner.execute(SQL(statement).format(**names))
    _keep_statistics(admin, replace(backing.postgres, database=made.template), made.reader)
    for statement in COPY_STATEMENTS:
        admin.execute(SQL(statement).format(**names))
    return made


def _keep_statistics(admin: psycopg.Connection, template: Postgres, reader: str) -> None:
    """Let the reader see statistics of statements, where the server keeps them and the account may show them."""
    row = admin.execute("select setting from pg_settings where name = 'shared_preload_libraries'").fetchone()
    if row is None or "pg_stat_statements" not in row[0]:
        return
    with suppress(psycopg.Error), template.connect() as connection:
        connection.execute("create extension if not exists pg_stat_statements")
        connection.execute(SQL("grant pg_monitor to {}").format(Identifier(reader)))


ADMIN_STATEMENTS = (
    "create role {owner} login createdb password {owner_password}",
    "create role {reader} login password {reader_password}",
    "alter role {reader} set default_transaction_read_only = on",
    "grant {owner} to current_user",
    # The C locale sorts alike on every server; template0 takes an encoding that its server does not have by default.
    "create database {template} owner {owner} encoding 'UTF8' lc_collate 'C' lc_ctype 'C' template template0",
    "comment on database {template} is {mark}",
)
OWNER_STATEMENTS = (
    "revoke all on database {template} from public",
    "alter default privileges grant usage on schemas to {reader}",
    "alter default privileges grant select on tables to {reader}",
    "alter default privileges grant select on sequences to {reader}",
)
COPY_STATEMENTS = (
    "create database {database} owner {owner} template {template}",
    "comment on database {database} is {mark}",
    "revoke all on database {database} from public",
    "grant connect on database {database} to {reader}",
)


def _mark(backing: Backing, workspace: Workspace, made: Databases) -> dict[str, str]:
    return {
        **workspace.owner,
        "owner": made.owner,
        "redis": _address(backing),
        "redis_db": str(made.redis_db),
    }


def _marks(postgres: Postgres) -> list[dict[str, str]]:
    """Return the marks of all keepers' databases on a server."""
    query = "select datname, shobj_description(oid, 'pg_database') from pg_database where starts_with(datname, %s)"
    with postgres.connect() as connection:
        rows = connection.execute(query, [PREFIX]).fetchall()
    return [{**json.loads(mark), "database": name} for name, mark in rows if mark]


def _address(backing: Backing) -> str:
    return f"{backing.redis.host}:{backing.redis.port}"


def _drop(backing: Backing, owner: str, redis_db: int | None) -> None:
    """Drop everything an owner role owns on the server, the role and its reader, and empty the Redis database."""
    reader = owner.removesuffix("_owner") + "_reader"
    with backing.postgres.connect() as connection:
        owned = "select datname from pg_database d join pg_roles r on r.oid = d.datdba where rolname = %s"
        for (database,) in connection.execute(owned, [owner]).fetchall():
            connection.execute(SQL("drop database if exists {} with (force)").format(Identifier(database)))
        for role in (reader, owner):
            connection.execute(SQL("drop role if exists {}").format(Identifier(role)))
    if redis_db is not None:
        with backing.redis.connect(redis_db) as client:
            client.flushdb()
