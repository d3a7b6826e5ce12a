"""The database of a world: made once, a copy of the world's template, and emptied for every arrangement."""

from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from hermetic.docflow.world import World

SCHEMA = Path(__file__).parent / "schema.sql"
MAKE = (
    "create database {database} template {template}",
    "revoke all on database {database} from public",
    "grant connect on database {database} to {reader}",
)
Connection = psycopg.Connection[Any]


def create(world: World) -> None:
    """Make the database, if it is not there: the reader may read all that will be made in it."""
    with world.connect() as connection:
        if connection.execute("select 1 from pg_database where datname = %s", [world.store]).fetchone():
            return
        names = {
            "database": sql.Identifier(world.store),
            "template": sql.Identifier(world.template),
            "reader": sql.Identifier(world.reader),
        }
        for statement in MAKE:
            connection.execute(sql.SQL(statement).format(**names))
    with world.connect(world.store) as connection:
        connection.execute(SCHEMA.read_bytes())


def empty(connection: Connection) -> None:
    """Delete every row, and begin every number anew."""
    tables = connection.execute("select tablename from pg_tables where schemaname = 'docflow' order by 1").fetchall()
    names = sql.SQL(", ").join(sql.Identifier("docflow", name) for (name,) in tables)
    connection.execute(sql.SQL("truncate {} restart identity").format(names))
    for sequence in ("document_numbers", "schedule_numbers"):
        connection.execute(sql.SQL("alter sequence {} restart").format(sql.Identifier("docflow", sequence)))
