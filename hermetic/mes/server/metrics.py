"""The four counters over HTTP, and the totals that turn them into rates."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse

from hermetic.kit.log import timestamp
from hermetic.mes.broken.server import broken_metrics, reset_is_ignored
from hermetic.mes.server.errors import Refused
from hermetic.mes.server.product import Product, product_of

TOTALS = {
    "creation": "planCreations",
    "launch": "planLaunches",
    "start": "assignmentStarts",
    "completion": "assignmentCompletions",
}
EVENT_COUNTS = """
    select kind, count(*) filter (where outcome not in ('refused', 'error')) from mes.events
    where %(since)s::timestamptz is null or at >= %(since)s group by kind
"""
PLAN_COUNTS = """
    select count(*), count(*) filter (
        where jsonb_array_length(coalesce(document->'nodes', '[]')) = 0
          and jsonb_array_length(coalesce(document->'executionGraph', '[]')) > 0)
    from mes.production_plans
"""


async def get_metrics(request: Request) -> JSONResponse:
    product = product_of(request)
    body = {"success": True, "metrics": await product.counters.read(), "timestamp": timestamp()}
    return JSONResponse(broken_metrics(product.faults, body))


async def get_totals(request: Request) -> JSONResponse:
    """Answer with what the counters are shares of: creations, launches, starts and completions since the last reset."""
    product = product_of(request)
    since = await product.counters.since()
    counts = await counts_since(product, since)
    async with product.pool.connection() as connection:
        stored = await (await connection.execute(PLAN_COUNTS)).fetchone() or (0, 0)
    totals = {name: counts.get(kind, 0) for kind, name in TOTALS.items()}
    plans = {"plans": stored[0], "plansOnFallback": stored[1]}
    return JSONResponse(
        {
            "success": True,
            "totals": {**totals, **plans},
            "since": timestamp(since) if since else None,
            "timestamp": timestamp(),
        }
    )


async def counts_since(product: Product, since: datetime | None) -> dict[str, int]:
    async with product.pool.connection() as connection:
        cursor = await connection.execute(EVENT_COUNTS, {"since": since})
        return dict(await cursor.fetchall())


async def reset(request: Request) -> JSONResponse:
    """Set the counters to zero; meant for tests, so refused on production."""
    product = product_of(request)
    if product.world.production:
        raise Refused(403, "Metrics cannot be reset on production")
    if not reset_is_ignored(product.faults):
        await product.counters.reset()
    return JSONResponse({"success": True, "metrics": await product.counters.read(), "timestamp": timestamp()})
