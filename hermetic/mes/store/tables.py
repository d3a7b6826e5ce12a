"""The stand-in's tables as wholes: created, emptied, copied to and from a template, exported."""

from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

Connection = psycopg.Connection[tuple[Any, ...]]

SCHEMA = "mes"
BUSINESS_TABLES = {
    "production_plans": ("id", "status", "quantity", "tag", "document", "created_at", "updated_at"),
    "materials": ("code", "name", "unit", "stock", "reserved"),
    "assignments": (
        *("id", "plan_id", "node_id", "operation_id", "status", "decision", "nominal_time", "effective_time"),
        *("planned_amounts", "reserved_amounts", "consumed_amounts", "created_at", "started_at", "completed_at"),
    ),
}
RECORD_TABLES = {
    "material_movements": ("at", "material", "assignment_id", "kind", "amount"),
    "events": ("at", "kind", "outcome", "subject", "duration_ms", "detail"),
    "backups": (
        *("name", "created_at", "location", "sha256", "row_counts", "retention_until", "owner_role", "verified_at"),
    ),
}
TABLES = {**BUSINESS_TABLES, **RECORD_TABLES}
GRANTS: tuple[LiteralString, ...] = (
    "grant usage on schema mes to {reader}",
    "grant select on all tables in schema mes to {reader}",
    "grant select on all sequences in schema mes to {reader}",
)


def create_schema(connection: Connection, reader: str) -> None:
    """Create the tables afresh and let the reader read them."""
    connection.execute("drop schema if exists mes cascade")
    connection.execute((Path(__file__).parent / "schema.sql").read_bytes())
    for grant in GRANTS:
        connection.execute(sql.SQL(grant).format(reader=sql.Identifier(reader)))


def empty_tables(connection: Connection) -> None:
    """Delete all rows, and start plan numbers again at 1."""
    names = sql.SQL(", ").join(sql.Identifier(SCHEMA, table) for table in TABLES)
    connection.execute(sql.SQL("truncate {} restart identity").format(names))
    connection.execute("select setval('mes.plan_number', 1, false)")


def has_template(connection: Connection, template: str) -> bool:
    return connection.execute("select 1 from pg_namespace where nspname = %s", [template]).fetchone() is not None


def save_template(connection: Connection, template: str) -> None:
    """Keep the present rows under a name, for `load_template`."""
    connection.execute(sql.SQL("create schema {}").format(sql.Identifier(template)))
    for table in TABLES:
        query = sql.SQL("create table {} as table {}")
        connection.execute(query.format(sql.Identifier(template, table), sql.Identifier(SCHEMA, table)))


def load_template(connection: Connection, template: str) -> None:
    """Replace all rows by those kept under a name."""
    with connection.transaction():
        empty_tables(connection)
        for table, columns in TABLES.items():
            query = sql.SQL("insert into {} ({columns}) select {columns} from {}")
            names = sql.SQL(", ").join(map(sql.Identifier, columns))
            here, there = sql.Identifier(SCHEMA, table), sql.Identifier(template, table)
            connection.execute(query.format(here, there, columns=names))
        set_plan_number(connection)


def set_plan_number(connection: Connection) -> None:
    """Let new plans be numbered after the stored ones."""
    connection.execute("select setval('mes.plan_number', greatest(1, (select count(*) from mes.production_plans)))")


def export_table(connection: Connection, table: str) -> bytes:
    """Return all rows of a business table in COPY's text format, in order of the primary key."""
    columns = sql.SQL(", ").join(map(sql.Identifier, TABLES[table]))
    query = sql.SQL("copy (select {columns} from {table} order by 1) to stdout")
    with connection.cursor().copy(query.format(columns=columns, table=sql.Identifier(SCHEMA, table))) as rows:
        return b"".join(bytes(row) for row in rows)


def import_table(connection: Connection, table: str, rows: bytes, *, schema: str = SCHEMA, exact: bool = False) -> int:
    """Put exported rows back: those that exist are overwritten, others added; with `exact` later rows are deleted.

    Returns:
        The number of rows imported.
    """
    columns = TABLES[table]
    names = {
        "table": sql.Identifier(schema, table),
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
        "key": sql.Identifier(columns[0]),
        "updates": sql.SQL(", ").join(
            sql.SQL("{0} = excluded.{0}").format(sql.Identifier(column)) for column in columns[1:]
        ),
    }
    with connection.transaction():
        connection.execute(sql.SQL("create temp table incoming (like {table})").format(**names))
        with connection.cursor().copy(sql.SQL("copy incoming ({columns}) from stdin").format(**names)) as sink:
            sink.write(rows)
        if exact:
            connection.execute(
                sql.SQL("delete from {table} where {key} not in (select {key} from incoming)").format(**names)
            )
        statement = (
            "insert into {table} ({columns}) select {columns} from incoming on conflict ({key}) do update set {updates}"
        )
        count = connection.execute(sql.SQL(statement).format(**names)).rowcount
        connection.execute("drop table incoming")
    return count
