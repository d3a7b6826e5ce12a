"""Writing plans: creation, steps of the status, deletion, each in one transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from hermetic.mes_sql.server.bodies import check_step
from hermetic.mes_sql.server.errors import Refused, unknown
from hermetic.mes_sql.server.sql.pool import Connection
from hermetic.mes_sql.server.store import Json

if TYPE_CHECKING:
    from hermetic.mes_sql.server.sql.store import SqlStore

PARTS = ("INSERT_NODES", "INSERT_STATIONS", "INSERT_MATERIALS", "INSERT_PREDECESSORS", "INSERT_ASSIGNMENTS")


class Transaction:
    """One transaction of the store, which runs statements by their names."""

    def __init__(self, store: "SqlStore", connection: Connection) -> None:
        self._store = store
        self._connection = connection

    async def run(self, query: str, **values: Any) -> list[Json]:
        text = self._store.queries[query]
        if not text:
            return []  # a planted fault leaves this statement out
        cursor = await self._connection.execute(text, values)
        return list(await cursor.fetchall()) if cursor.description else []


@asynccontextmanager
async def transaction(store: "SqlStore", *, atomic: bool = True) -> AsyncIterator[Transaction]:
    async with store.connections.connection() as connection:
        if not atomic:
            yield Transaction(store, connection)
            return
        async with connection.transaction():
            yield Transaction(store, connection)


async def create(store: "SqlStore", plan: Json) -> str:
    """Store a plan with its nodes and all that belongs to them; return its code.

    Raises:
        psycopg.errors.ForeignKeyViolation: Something that it names is not there; nothing was stored.
    """
    values = {name: plan.get(name) for name in ("orderCode", "quantity", "tag")}
    parts = {"nodes": Jsonb(plan["nodes"]), "assignments": Jsonb(plan["assignments"])}
    async with transaction(store, atomic="non-atomic-create" not in store.faults) as work:
        inserted = await work.run("INSERT_PLAN", **values)
        name = str(inserted[0]["id"])
        for part in PARTS:
            await work.run(part, plan=name, **parts)
        await work.run("ASSIGN", plan=name)
    return name


async def change(store: "SqlStore", plan_id: str, changes: Json) -> None:
    """Change a plan; a step of its status brings its consequences along.

    Raises:
        Refused: 404, or 409 for a step that is not the next one or for want of material.
    """
    fields = {name: changes.get(name) for name in ("orderCode", "quantity", "status")}
    async with transaction(store) as work:
        found = await work.run("LOCK_PLAN", plan=plan_id)
        if not found:
            raise unknown("plan", plan_id)
        step = fields["status"] if fields["status"] != found[0]["status"] else None
        if step and "transition-unchecked" not in store.faults:
            check_step(found[0]["status"], step)
        await work.run("CHANGE_PLAN", plan=plan_id, **fields)
        if step == "released":
            await _release(work, plan_id)
        if step == "production":
            await work.run("BEGIN_TASKS", plan=plan_id)
            await work.run("BEGIN_ASSIGNMENTS", plan=plan_id)


async def _release(work: Transaction, plan_id: str) -> None:
    """Take the material of a plan out of stock, and find workers for the nodes that have nobody."""
    materials = await work.run("LOCK_MATERIALS", plan=plan_id)
    short = [
        f"{row['code']}: {row['total'].normalize():f} needed, {row['stock'].normalize():f} in stock"
        for row in materials
        if row["total"] > row["stock"]
    ]
    if short:
        raise Refused(409, "Not enough material", short)
    for row in materials:
        await work.run("CONSUME", code=row["code"], total=row["total"])
    await work.run("RECORD_MOVEMENTS", plan=plan_id)
    await work.run("ASSIGN", plan=plan_id)


async def delete(store: "SqlStore", plan_id: str) -> None:
    """Delete a plan that has a tag, and give its material back.

    Raises:
        Refused: 404, or 403 without a tag.
    """
    async with transaction(store) as work:
        found = await work.run("LOCK_PLAN", plan=plan_id)
        if not found:
            raise unknown("plan", plan_id)
        if not found[0]["tag"]:
            raise Refused(403, "Only what has a tag can be deleted")
        for query in ("END_TASKS", "GIVE_BACK", "DELETE_PLAN"):
            await work.run(query, plan=plan_id)
