"""The database as an instance uses it: documents, months, schedules, exports and the audit."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, LiteralString, cast

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from hermetic.docflow.broken.records import is_stored
from hermetic.docflow.domain.classifier import Classification
from hermetic.docflow.world import World

POOL_MIN, POOL_MAX = 1, 6
Row = dict[str, Any]
NOTIFY = "select pg_notify('docflow_updates', jsonb_build_object('id', %(id)s::text, 'change', %(change)s::text)::text)"
DOCUMENTS = """
    select * from docflow.documents where %(type)s::text is null or ai_type = %(type)s
    order by uploaded_at desc, id desc limit %(limit)s
"""
MONTHS = """
    select month, sum(documents)::int as documents, sum(revenue_eur)::float as revenue from (
        select month, documents, revenue_eur from docflow.months
        union all
        select to_char(published_at at time zone 'UTC', 'YYYY-MM'), 1, coalesce(amount_eur, 0)
        from docflow.documents where state = 'published'
    ) as figures group by month order by month
"""


class Store:
    """A pool of connections, and every statement that goes through it."""

    def __init__(self, world: World, faults: Collection[str]) -> None:
        self._faults = faults
        self._pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
            world.conninfo_of(world.store),
            min_size=POOL_MIN,
            max_size=POOL_MAX,
            timeout=10,
            open=False,
            kwargs={"autocommit": True, "row_factory": dict_row},
        )

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        async with self._pool:
            yield

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection[DictRow]]:
        """Hold a connection whose statements are kept together, or not at all."""
        async with self._pool.connection() as connection, connection.transaction():
            yield connection

    async def rows(self, query: LiteralString, **values: Any) -> list[Row]:
        """Run a statement and return its rows."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(query, values)
            return await cursor.fetchall() if cursor.description else []

    async def one(self, query: LiteralString, **values: Any) -> Row | None:
        return next(iter(await self.rows(query, **values)), None)

    async def check(self) -> None:
        """Ask the database anything at all."""
        await self.rows("select 1 as one")

    async def documents(self, kind: str | None, limit: int) -> list[Row]:
        """Return the newest documents, of one kind or all."""
        return await self.rows(DOCUMENTS, type=kind, limit=limit)

    async def count_documents(self, kind: str | None) -> int:
        query: LiteralString = (
            "select count(*) as count from docflow.documents where %(type)s::text is null or ai_type = %(type)s"
        )
        row = await self.one(query, type=kind)
        return int(row["count"]) if row else 0

    async def add_document(self, fields: Row, found: Classification | None, amount_eur: float | None) -> Row:
        """Store a document and tell whoever listens."""
        query: LiteralString = """
            insert into docflow.documents (title, body, tag, ai_type, ai_confidence, amount_eur)
            values (%(title)s, %(text)s, %(tag)s, %(type)s, %(confidence)s, %(amount)s) returning *
        """
        about = {"type": found and found.type, "confidence": found and found.confidence, "amount": amount_eur}
        row = cast(Row, await self.one(query, **fields, **about))
        await self.announce(row["id"], "uploaded")
        return row

    async def publish(self, name: str) -> Row | None:
        """Publish a document that is not yet; None when there is none such."""
        query: LiteralString = """
            update docflow.documents set state = 'published', published_at = now()
            where id = %(id)s and state = 'queued' returning *
        """
        row = await self.one(query, id=name)
        if row:
            await self.announce(name, "published")
        return row

    async def announce(self, name: str, change: str) -> None:
        await self.rows(NOTIFY, id=name, change=change)

    async def months(self) -> list[Row]:
        """Return documents and revenue of each month, oldest first; the last one is not over yet."""
        return await self.rows(MONTHS)

    async def forecasts(self) -> list[tuple[float, float]]:
        """Return what was predicted of the last closed months, and what came."""
        rows = await self.rows("select predicted, actual from docflow.forecasts order by month desc limit 3")
        return [(float(row["predicted"]), float(row["actual"])) for row in rows]

    async def add_export(self, mode: str, form: str) -> None:
        await self.rows("insert into docflow.exports (mode, format) values (%(mode)s, %(form)s)", mode=mode, form=form)

    async def add_schedule(self, fields: Row, next_run: datetime) -> Row:
        """Store a schedule, unless a fault loses it."""
        query: LiteralString = """
            insert into docflow.schedules (format, frequency, tag, next_run)
            values (%(format)s, %(frequency)s, %(tag)s, %(next_run)s) returning *
        """
        row = cast(Row, await self.one(query, **fields, next_run=next_run))
        if not is_stored("schedule", self._faults):
            await self.rows("delete from docflow.schedules where id = %(id)s", id=row["id"])
        return row

    async def schedules(self) -> list[Row]:
        return await self.rows("select * from docflow.schedules order by created_at desc, id desc")

    async def add_event(self, kind: str, at: str, details: Row) -> Row:
        query: LiteralString = """
            insert into docflow.audit (type, "timestamp", details)
            values (%(type)s, %(at)s, %(details)s) returning *
        """
        return cast(Row, await self.one(query, type=kind, at=at, details=Jsonb(details)))

    async def events(self, kind: str | None) -> list[Row]:
        query: LiteralString = (
            "select * from docflow.audit where %(type)s::text is null or type = %(type)s order by id desc"
        )
        return await self.rows(query, type=kind)

    async def satisfaction(self) -> float:
        """Return the mean rating of the features; 0 while nobody has rated them."""
        row = await self.one("select coalesce(avg(rating), 0)::float as mean from docflow.ratings")
        return float(row["mean"]) if row else 0.0
