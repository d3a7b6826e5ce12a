"""Dropping a database, whoever is still in it."""

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

PATIENCE_S, PAUSE_S = 30.0, 0.1


def drop_database(connection: "psycopg.Connection[Any]", name: str) -> None:
    """Drop a database of the connection's role, and end the role's own sessions in it.

    A process that is not the role's, such as autovacuum, cannot be ended by it: it is waited for, at most 30 s.

    Raises:
        psycopg.errors.InsufficientPrivilege: It is still there.
    """
    from psycopg import sql
    from psycopg.errors import InsufficientPrivilege

    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
        except InsufficientPrivilege:
            if time.monotonic() > deadline:
                raise
            time.sleep(PAUSE_S)
        else:
            return
