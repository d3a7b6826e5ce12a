"""Plans over HTTP: list, read, create, edit, delete."""

import json
from typing import Any

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hermetic.kit.log import timestamp
from hermetic.mes.domain.nodes import Choice, Document
from hermetic.mes.server.errors import Refused
from hermetic.mes.server.operation import Operation
from hermetic.mes.server.product import Product, product_of

RUN_HEADER = "x-gonogo-run"
LIST = """
    select id, name, status, quantity, operations, has_nodes, has_graph, urgent, tag, created_at from (
        select id, document->>'name' as name, status, quantity, tag, created_at,
               jsonb_array_length(coalesce(nullif(document->'nodes', '[]'), document->'executionGraph', '[]'))
                   as operations,
               jsonb_array_length(coalesce(document->'nodes', '[]')) > 0 as has_nodes,
               jsonb_array_length(coalesce(document->'executionGraph', '[]')) > 0 as has_graph,
               coalesce((document->>'urgent')::boolean, false) as urgent
        from mes.production_plans
    ) as plan
    where %(status)s::text is null or status = %(status)s
    order by created_at desc, id desc
"""
FIELDS = (
    "id",
    "name",
    "status",
    "quantity",
    "operations",
    "hasNodes",
    "hasExecutionGraph",
    "urgent",
    "tag",
    "createdAt",
)


async def list_plans(request: Request) -> Response:
    """Answer with the plans, newest first; ?limit, ?status, and ?candidate=pilot for those fit for a pilot."""
    product = product_of(request)
    async with Operation(product, "read", record=False):
        key, text = await product.counters.cached_list(str(request.query_params))
        if text is None:
            text = json.dumps(await _list(product, request))
            await product.counters.cache_list(key, text)
    return Response(text, media_type="application/json")


async def _list(product: Product, request: Request) -> dict[str, Any]:
    limit = request.query_params.get("limit", "")
    if limit and not limit.isdecimal():
        raise Refused(400, "limit must be a whole number", got=limit)
    async with product.pool.connection() as connection:
        cursor = await connection.execute(LIST, {"status": request.query_params.get("status")})
        rows = await cursor.fetchall()
    plans = [dict(zip(FIELDS, [*row[:-1], timestamp(row[-1])], strict=True)) for row in rows]
    if request.query_params.get("candidate") == "pilot":
        plans = [plan for plan in plans if is_candidate(plan, product)]
    return {"success": True, "total": len(plans), "plans": plans[: int(limit)] if limit else plans}


def is_candidate(plan: dict[str, Any], product: Product) -> bool:
    """Tell whether a plan may be a pilot: a draft, under 100 units, under 5 operations, not urgent."""
    if "candidates-include-released" in product.faults and plan["status"] == "released":
        return True
    return bool(plan["status"] == "draft" and plan["quantity"] < 100 and plan["operations"] < 5 and not plan["urgent"])


async def load(connection: AsyncConnection[Any], plan_id: str) -> Document:
    """Return a stored plan.

    Raises:
        Refused: With 404, when there is none of that id.
    """
    cursor = await connection.execute("select document from mes.production_plans where id = %s", [plan_id])
    row = await cursor.fetchone()
    if row is None:
        raise Refused(404, "Plan not found", id=plan_id)
    plan: Document = row[0]
    return plan


async def choose(product: Product, plan: Document) -> Choice:
    """Choose the steps of a plan, log which, and count a fallback."""
    choice = product.model.choose(plan)
    product.log.write("WARN" if choice.deprecated else "INFO", choice.log)
    if choice.deprecated:
        await product.counters.uses_fallback(plan["id"])
    return choice


def presented(product: Product, plan: Document, choice: Choice) -> dict[str, Any]:
    """Return a plan as clients see it: one list of enriched nodes, and where they came from."""
    hidden = {"nodes", "executionGraph", "_migration"}
    stored = {shape: len(plan.get(shape) or []) for shape in ("nodes", "executionGraph")}
    visible = {name: value for name, value in plan.items() if name not in hidden}
    return {**visible, "nodesUsed": choice.source, "nodes": product.model.enrich(choice.steps), "stored": stored}


async def get_plan(request: Request) -> JSONResponse:
    product = product_of(request)
    async with Operation(product, "read", record=False):
        async with product.pool.connection() as connection:
            plan = await load(connection, request.path_params["id"])
        return JSONResponse({"success": True, "plan": presented(product, plan, await choose(product, plan))})


async def body_of(request: Request, *, optional: bool = False) -> dict[str, Any]:
    """Return the JSON object of a request.

    Raises:
        Refused: With 400, when the body is not one.
    """
    raw = await request.body()
    if optional and not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        raise Refused(400, "Body is not JSON") from None
    if not isinstance(body, dict):
        raise Refused(400, "Body must be a JSON object")
    return body


async def refuse_invalid(product: Product, operation: Operation, plan: Document) -> None:
    """Refuse a plan that violates the schema, count it and log it.

    Raises:
        Refused: With 400 and every violation in `details`.
    """
    details = product.model.violations(plan)
    if details:
        operation.outcome, operation.detail = "invalid", details[0]
        await product.counters.count("validation_error_count")
        product.log.warn(f"Invalid plan schema: {'; '.join(details)}")
        raise Refused(400, "Invalid plan schema", details=details)


async def create_plan(request: Request) -> JSONResponse:
    product = product_of(request)
    async with Operation(product, "creation") as operation:
        body = await body_of(request)
        await refuse_invalid(product, operation, body)
        tag = body.get("tag") or request.headers.get(RUN_HEADER)
        async with product.pool.connection() as connection:
            cursor = await connection.execute("select nextval('mes.plan_number')")
            number = (await cursor.fetchone() or [0])[0]
            name = f"PLAN-{timestamp()[5:7]}{timestamp()[2:4]}-{number:03d}"
            fixed = {"id": name, "status": "draft", "createdAt": timestamp()}
            plan = {**body, **fixed, **({"tag": tag} if tag else {})}
            await connection.execute(
                """
                insert into mes.production_plans (id, status, quantity, tag, document)
                values (%s, 'draft', %s, %s, %s)
                """,
                [name, plan.get("quantity"), tag, Jsonb(plan)],
            )
        operation.subject = name
        await product.counters.plans_changed()
        choice = await choose(product, plan)
    return JSONResponse({"success": True, "plan": presented(product, plan, choice)}, 201)


async def edit_plan(request: Request) -> JSONResponse:
    product = product_of(request)
    async with Operation(product, "edit") as operation:
        operation.subject = request.path_params["id"]
        changes = await body_of(request)
        async with product.pool.connection() as connection, connection.transaction():
            await connection.execute("select 1 from mes.production_plans where id = %s for update", [operation.subject])
            plan = product.model.merge(await load(connection, operation.subject), changes)
            await refuse_invalid(product, operation, plan)
            plan["updatedAt"] = timestamp()
            await store(connection, plan)
        await product.counters.plans_changed()
        choice = await choose(product, plan)
    return JSONResponse({"success": True, "plan": presented(product, plan, choice)})


async def store(connection: AsyncConnection[Any], plan: Document) -> None:
    """Overwrite a stored plan."""
    await connection.execute(
        "update mes.production_plans set document = %s, status = %s, quantity = %s, updated_at = now() where id = %s",
        [Jsonb(plan), plan["status"], plan.get("quantity"), plan["id"]],
    )


async def delete_plan(request: Request) -> JSONResponse:
    """Delete a plan that a test run tagged, with its assignments, and put its material back."""
    product, plan_id = product_of(request), request.path_params["id"]
    async with product.pool.connection() as connection, connection.transaction():
        plan = await load(connection, plan_id)
        if not plan.get("tag"):
            raise Refused(403, "Only plans tagged by a test run can be deleted", id=plan_id)
        await connection.execute(RETURN_MATERIAL, [plan_id])
        await connection.execute(
            """
            delete from mes.material_movements
            where assignment_id in (select id from mes.assignments where plan_id = %s)
            """,
            [plan_id],
        )
        await connection.execute("delete from mes.assignments where plan_id = %s", [plan_id])
        await connection.execute("delete from mes.production_plans where id = %s", [plan_id])
    await product.counters.plans_changed()
    await product.counters.forget_fallback([plan_id])
    return JSONResponse({"success": True, "deleted": plan_id})


RETURN_MATERIAL = """
    update mes.materials as material
    set reserved = greatest(0, reserved - moved.held), stock = stock + moved.used
    from (
        select material as code,
               sum(case kind when 'reserve' then amount when 'release' then -amount else 0 end) as held,
               sum(case kind when 'consume' then amount else 0 end) as used
        from mes.material_movements as movement
        join mes.assignments as assignment on assignment.id = movement.assignment_id
        where assignment.plan_id = %s group by material
    ) as moved
    where material.code = moved.code
"""
