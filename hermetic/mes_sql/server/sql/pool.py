"""Green's connections to the database: a pool of sessions in autocommit mode, which count what they execute."""

from collections.abc import Collection
from contextvars import ContextVar
from typing import Any

from psycopg import AsyncConnection, AsyncCursor
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from hermetic.mes_sql.world import GREEN, World

POOL_MIN, POOL_MAX = 2, 8
MANY = 60
Connection = AsyncConnection[DictRow]
Pool = AsyncConnectionPool[Connection]
_statements: ContextVar[list[int]] = ContextVar("statements")


class CountingCursor(AsyncCursor[Any]):
    """A cursor that counts its statements for the request that is under way."""

    async def execute(self, *args: Any, **more: Any) -> Any:
        counter = _statements.get(None)
        if counter is not None:
            counter[0] += 1
        return await super().execute(*args, **more)


def count_statements() -> None:
    """Begin to count, for this request."""
    _statements.set([0])


def counted() -> int:
    """Return how many statements this request has executed."""
    return _statements.get([0])[0]


def conninfo(world: World, application: str) -> str:
    """Return where the database is; sessions find the tables by a search path of their own."""
    path = "options='-c search_path=mes,public'"
    return f"{world.conninfo_of(world.main_database)} application_name='{application}' {path}"


def make_pool(world: World, faults: Collection[str]) -> Pool:
    """Return the pool, not yet open."""
    least, most = (
        (MANY, MANY) if {"pool-unbounded", "connections-exhausted"}.intersection(faults) else (POOL_MIN, POOL_MAX)
    )
    options = {"autocommit": True, "row_factory": dict_row, "cursor_factory": CountingCursor}
    return AsyncConnectionPool(
        conninfo(world, GREEN), min_size=least, max_size=most, timeout=10, open=False, kwargs=options
    )
