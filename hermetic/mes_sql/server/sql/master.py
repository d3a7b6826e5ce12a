"""Writing master data: one row, and the rows that tie it to others."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

from hermetic.mes_sql.server.errors import Refused, unknown
from hermetic.mes_sql.server.sql.pool import Connection
from hermetic.mes_sql.server.store import Json, Kind

if TYPE_CHECKING:
    from hermetic.mes_sql.server.sql.store import SqlStore


@dataclass(frozen=True)
class Link:
    """A junction table that holds one of the lists of a body: the column of the row itself, and that of the others."""

    table: str
    own: str
    other: str


@dataclass(frozen=True)
class Table:
    """Where a kind of master data is kept: fields of a body and their columns, lists and their junction tables."""

    name: str
    prefix: str
    columns: Mapping[str, str]
    links: Mapping[str, Link]


TABLES: Mapping[Kind, Table] = {
    "operation": Table("mes_operations", "OP", {"name": "name"}, {}),
    "station": Table(
        "mes_stations",
        "ST",
        {"name": "name"},
        {"operations": Link("mes_station_operations", "station_id", "operation_id")},
    ),
    "substation": Table("mes_substations", "SUB", {"name": "name", "stationId": "station_id"}, {}),
    "worker": Table(
        "mes_workers",
        "W",
        {"name": "name", "status": "status"},
        {
            "stations": Link("mes_worker_stations", "worker_id", "station_id"),
            "operations": Link("mes_worker_operations", "worker_id", "operation_id"),
        },
    ),
}


async def save(store: "SqlStore", kind: Kind, identifier: str | None, body: Json) -> str:
    """Insert or change a row and what it is tied to, in one transaction; return its id.

    Raises:
        Refused: 404 for an id that is not there.
        psycopg.errors.IntegrityError: An id is taken, or leads nowhere.
    """
    table = TABLES[kind]
    values = {column: body[field] for field, column in table.columns.items() if field in body}
    lost = f"{kind}-changes-lost" in store.faults and identifier is not None
    async with store.connections.connection() as connection, connection.transaction():
        if identifier is None:
            name = str(body.get("id") or f"{table.prefix}-{secrets.token_hex(4).upper()}")
            await _insert(connection, table, {**values, "id": name, "tag": body.get("tag")})
        else:
            name = identifier
            await _update(connection, kind, table, name, {} if lost else values)
        for field, link in table.links.items():
            if field in body and not lost:
                await _tie(connection, link, name, body[field])
    return name


async def _insert(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    statement = sql.SQL("insert into {} ({}) values ({})").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(map(sql.Identifier, values)),
        sql.SQL(", ").join(sql.Placeholder(name) for name in values),
    )
    await connection.execute(statement, values)


async def _update(connection: Connection, kind: Kind, table: Table, name: str, values: Mapping[str, Any]) -> None:
    named = {"id": name, **values}  # naming itself changes nothing, and finds out whether it is there
    changes = [sql.SQL("{} = {}").format(sql.Identifier(each), sql.Placeholder(each)) for each in named]
    statement = sql.SQL("update {} set {} where id = %(id)s").format(
        sql.Identifier(table.name), sql.SQL(", ").join(changes)
    )
    cursor = await connection.execute(statement, named)
    if not cursor.rowcount:
        raise unknown(kind, name)


async def _tie(connection: Connection, link: Link, name: str, others: list[str]) -> None:
    """Replace what a row is tied to."""
    names = {"table": sql.Identifier(link.table), "own": sql.Identifier(link.own), "other": sql.Identifier(link.other)}
    await connection.execute(sql.SQL("delete from {table} where {own} = %s").format(**names), [name])
    statement = sql.SQL("insert into {table} ({own}, {other}) select %s, other from unnest(%s::text[]) as other")
    await connection.execute(statement.format(**names), [name, sorted(set(others))])


async def delete(store: "SqlStore", kind: Kind, identifier: str) -> None:
    """Delete a row that has a tag.

    Raises:
        Refused: 404, 403 without a tag.
        psycopg.errors.RestrictViolation: A plan still needs it.
    """
    table = sql.Identifier(TABLES[kind].name)
    async with store.connections.connection() as connection, connection.transaction():
        query = sql.SQL("select tag from {} where id = %s for update").format(table)
        found = await (await connection.execute(query, [identifier])).fetchone()
        if found is None:
            raise unknown(kind, identifier)
        if not found["tag"]:
            raise Refused(403, "Only what has a tag can be deleted")
        await connection.execute(sql.SQL("delete from {} where id = %s").format(table), [identifier])
