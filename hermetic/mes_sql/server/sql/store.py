"""Green's store: master data and plans are read here; `plans` and `master` write."""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any

from hermetic.kit.log import timestamp
from hermetic.mes_sql.broken import reads as broken
from hermetic.mes_sql.broken.queries import all_queries
from hermetic.mes_sql.server.sql import listening, master, plans
from hermetic.mes_sql.server.sql.pool import POOL_MAX, POOL_MIN, make_pool
from hermetic.mes_sql.server.store import Channel, Hearing, Json, Kind
from hermetic.mes_sql.world import World


class SqlStore:
    """The store of `server.store.Store` on PostgreSQL."""

    name = "sql"

    def __init__(self, world: World, faults: Collection[str]) -> None:
        self.world = world
        self.faults = faults
        self.queries = all_queries(faults)
        self.connections = make_pool(world, faults)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        async with self.connections:
            await self.connections.wait()
            yield

    async def check(self) -> None:
        async with self.connections.connection(timeout=4) as connection:
            await connection.execute("select 1 from mes_production_plans limit 1")

    def pool(self) -> Json:
        found = self.connections.get_stats()
        return {
            "min": POOL_MIN,
            "max": POOL_MAX,
            "size": found.get("pool_size", 0),
            "available": found.get("pool_available", 0),
        }

    async def rows(self, query: str, **values: Any) -> list[Json]:
        """Run one statement and return its rows, dates as text."""
        async with self.connections.connection() as connection:
            cursor = await connection.execute(self.queries[query], values)
            return [_as_json(row) for row in await cursor.fetchall()]

    async def listed(self, kind: Kind) -> list[Json]:
        return await self.rows(kind.upper(), id=None)

    async def assignments(self, plan_id: str | None) -> list[Json]:
        return await self.rows("ASSIGNMENTS", plan=plan_id)

    async def plans(self, limit: int | None) -> list[Json]:
        return await self.rows("PLANS", limit=limit)

    async def plan(self, plan_id: str) -> Json | None:
        found = await self.rows("PLAN", id=plan_id)
        await broken.ask_more(self, found)
        return found[0] if found else None

    async def create_plan(self, plan: Json) -> Json:
        return await self.written(await plans.create(self, plan))

    async def change_plan(self, plan_id: str, changes: Json) -> Json:
        await plans.change(self, plan_id, changes)
        return await self.written(plan_id)

    async def written(self, plan_id: str) -> Json:
        plan = await self.plan(plan_id)
        assert plan is not None, f"{plan_id} was written a moment ago"
        return plan

    async def delete_plan(self, plan_id: str) -> None:
        await plans.delete(self, plan_id)

    async def save(self, kind: Kind, identifier: str | None, body: Json) -> Json:
        name = await master.save(self, kind, identifier, body)
        return (await self.rows(kind.upper(), id=name))[0]

    async def delete(self, kind: Kind, identifier: str) -> None:
        await master.delete(self, kind, identifier)

    def listening(self, channel: Channel, after: int | None) -> Hearing:
        return listening.listening(self.world, channel, after, self.queries["EVENTS_AFTER"], self.faults)


def _as_json(row: Mapping[str, Any]) -> Json:
    return {name: timestamp(value) if name in ("created_at", "createdAt") else value for name, value in row.items()}
