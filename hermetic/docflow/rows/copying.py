"""Rows on their way into a table, all at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql

from hermetic.docflow.database import Connection


def copy(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Copy rows into a table of the schema docflow."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier("docflow", table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as copying:
        for row in rows:
            copying.write_row(row)
