"""From plan to work: launch a plan, and look at its assignments and the materials."""

from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from starlette.requests import Request
from starlette.responses import JSONResponse

from hermetic.kit.log import timestamp
from hermetic.mes.domain.nodes import Document, Step
from hermetic.mes.server import plans
from hermetic.mes.server.errors import Refused
from hermetic.mes.server.operation import Operation
from hermetic.mes.server.product import Product, product_of

Row = dict[str, Any]
INSERT = """
    insert into mes.assignments
        (id, plan_id, node_id, operation_id, status, nominal_time, effective_time, planned_amounts)
    values (%s, %s, %s, %s, 'pending', %s, %s, %s)
"""


def presented(row: Row) -> dict[str, Any]:
    """Return an assignment as clients see it."""
    moments = {name: row[column] for name, column in (("startedAt", "started_at"), ("completedAt", "completed_at"))}
    return {
        "id": row["id"],
        "planId": row["plan_id"],
        "nodeId": row["node_id"],
        "operationId": row["operation_id"],
        "status": row["status"],
        "decision": row["decision"],
        "nominalTime": row["nominal_time"],
        "effectiveTime": row["effective_time"],
        "preProductionReservedAmount": row["planned_amounts"],
        "actualReservedAmounts": row["reserved_amounts"],
        "consumedAmounts": row["consumed_amounts"],
        **{name: timestamp(at) if at else None for name, at in moments.items()},
    }


async def list_assignments(request: Request) -> JSONResponse:
    plan_id = request.query_params.get("planId")
    async with product_of(request).pool.connection() as connection:
        cursor = connection.cursor(row_factory=dict_row)
        await cursor.execute(
            "select * from mes.assignments where %(plan)s::text is null or plan_id = %(plan)s order by created_at, id",
            {"plan": plan_id},
        )
        rows = await cursor.fetchall()
    return JSONResponse({"success": True, "assignments": [presented(row) for row in rows]})


async def launch(request: Request) -> JSONResponse:
    """Turn each step of a plan into an assignment with its effective time and its planned material."""
    product, plan_id = product_of(request), request.path_params["id"]
    async with Operation(product, "launch") as operation:
        operation.subject = plan_id
        async with product.pool.connection() as connection, connection.transaction():
            await connection.execute("select 1 from mes.production_plans where id = %s for update", [plan_id])
            plan = await plans.load(connection, plan_id)
            if plan["status"] not in ("draft", "released"):
                raise Refused(409, "Plan is already launched", id=plan_id, now=plan["status"])
            choice = await plans.choose(product, plan)
            operation.outcome = "fallback" if choice.deprecated else "ok"
            for step in product.model.tasks(choice.steps):
                await _assign(connection, product, plan, step)
            await plans.store(connection, {**plan, "status": "launched"})
            rows = await _of_plan(connection, plan_id)
        await product.counters.plans_changed()
    body = {"success": True, "planId": plan_id, "nodesUsed": choice.source}
    return JSONResponse({**body, "assignments": [presented(row) for row in rows]})


async def _assign(connection: AsyncConnection[Any], product: Product, plan: Document, step: Step) -> None:
    name = f"ASG-{plan['id'].removeprefix('PLAN-')}-{step.get('id')}"
    planned = product.model.planned_amounts(step, plan)
    times = [step.get("nominalTime") or 0, step["effectiveTime"] or 0]
    await connection.execute(
        INSERT, [name, plan["id"], step.get("id"), step.get("operationId"), *times, Jsonb(planned)]
    )


async def _of_plan(connection: AsyncConnection[Any], plan_id: str) -> list[Row]:
    cursor = connection.cursor(row_factory=dict_row)
    await cursor.execute("select * from mes.assignments where plan_id = %s order by created_at, id", [plan_id])
    return await cursor.fetchall()


async def load_locked(connection: AsyncConnection[Any], name: str) -> Row:
    """Return an assignment, locked until the transaction ends.

    Raises:
        Refused: With 404, when there is none of that id.
    """
    cursor = connection.cursor(row_factory=dict_row)
    await cursor.execute("select * from mes.assignments where id = %s for update", [name])
    row = await cursor.fetchone()
    if row is None:
        raise Refused(404, "Assignment not found", id=name)
    return row


async def list_materials(request: Request) -> JSONResponse:
    """Answer with the materials; ?stockBelow=100 keeps those that are low."""
    product, limit = product_of(request), request.query_params.get("stockBelow")
    if limit is not None and not limit.isdecimal():
        raise Refused(400, "stockBelow must be a whole number", got=limit)
    async with product.pool.connection() as connection:
        cursor = connection.cursor(row_factory=dict_row)
        await cursor.execute(
            "select * from mes.materials where %(limit)s::float is null or stock < %(limit)s order by code",
            {"limit": float(limit) if limit else None},
        )
        rows = await cursor.fetchall()
    return JSONResponse({"success": True, "materials": rows})
