"""Faults of single reads."""

from typing import TYPE_CHECKING

from hermetic.mes_sql.server.store import Json

if TYPE_CHECKING:
    from hermetic.mes_sql.server.sql.store import SqlStore


async def ask_more(store: "SqlStore", plans: list[Json]) -> None:
    """Ask once more for each node of a plan, as code does that joins in memory."""
    if "detail-many-statements" in store.faults:
        for plan in plans:
            for node in plan["nodes"]:
                async with store.connections.connection() as connection:
                    query = "select name from mes_production_plan_nodes where plan_id = %s and node_id = %s"
                    await connection.execute(query, [plan["id"], node["nodeId"]])
