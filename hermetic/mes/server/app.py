"""The product's routes, put together."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from psycopg import AsyncConnection
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from hermetic.kit.request_log import RequestLog
from hermetic.mes.broken.log import errors_at_start
from hermetic.mes.broken.server import Saboteur, served_release
from hermetic.mes.flags import CANONICAL, VALIDATION, Flags
from hermetic.mes.server import alerts, assignments, designer, health, metrics, plans, work
from hermetic.mes.server.errors import HANDLERS
from hermetic.mes.server.product import Product, make_product
from hermetic.mes.world import SERVICE_NAME, World

PLANS, ASSIGNMENTS = "/api/mes/production-plans", "/api/mes/assignments"
ROUTES = [
    Route("/health", health.get_health),
    Route("/designer", designer.get_asset),
    Route("/designer/{asset}", designer.get_named_asset),
    Route("/api/mes/metrics", metrics.get_metrics),
    Route("/api/mes/metrics/totals", metrics.get_totals),
    Route("/api/mes/metrics/reset", metrics.reset, methods=["POST"]),
    Route("/api/mes/alerts", alerts.get_alerts),
    Route("/api/mes/materials", assignments.list_materials),
    Route(PLANS, plans.list_plans),
    Route(PLANS, plans.create_plan, methods=["POST"]),
    Route(PLANS + "/{id}", plans.get_plan),
    Route(PLANS + "/{id}", plans.edit_plan, methods=["PUT"]),
    Route(PLANS + "/{id}", plans.delete_plan, methods=["DELETE"]),
    Route(PLANS + "/{id}/launch", assignments.launch, methods=["POST"]),
    Route(ASSIGNMENTS, assignments.list_assignments),
    Route(ASSIGNMENTS + "/{id}/start", work.start, methods=["POST"]),
    Route(ASSIGNMENTS + "/{id}/complete", work.complete, methods=["POST"]),
]
FALLBACK_PLANS = """
    select id from mes.production_plans
    where jsonb_array_length(coalesce(document->'nodes', '[]')) = 0
      and jsonb_array_length(coalesce(document->'executionGraph', '[]')) > 0
"""


def make_app(world: World, environment: Mapping[str, str]) -> Starlette:
    """Return the application of one server process; `environment` holds the flags."""
    product = make_product(world, environment)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with product.pool, product.counters.client:
            await start_up(product, environment)
            yield

    middleware = [
        Middleware(
            RequestLog,
            path=world.request_log,
            stamp=lambda: {"X-Release": served_release(product.faults, world.release)},
        ),
        Middleware(Saboteur, faults=product.faults, started_at=product.started_at),
    ]
    app = Starlette(routes=ROUTES, lifespan=lifespan, middleware=middleware, exception_handlers=HANDLERS)
    app.state.product = product
    return app


async def start_up(product: Product, environment: Mapping[str, str]) -> None:
    """Say in the log what was started and under which flags; count the plans on fallback; record a change of flags."""
    shown = " ".join(f"{name}={environment.get(name, '(unset)')}" for name in (CANONICAL, VALIDATION))
    product.log.info(f"{SERVICE_NAME} {product.world.release} started ({product.build}) {shown}")
    for message in errors_at_start(product.faults):
        product.log.error(message)
    async with product.pool.connection() as connection:
        rows = await (await connection.execute(FALLBACK_PLANS)).fetchall()
        await record_flags(connection, product.model.flags)
    await product.counters.uses_fallback(*(row[0] for row in rows))
    await product.counters.plans_changed()


async def record_flags(connection: AsyncConnection[tuple[object, ...]], flags: Flags) -> None:
    """Record flags that differ from the last start's as an event; switching the canonical model off is a rollback."""
    query = "select detail from mes.events where kind in ('flags', 'rollback') order by id desc limit 1"
    before = await (await connection.execute(query)).fetchone()
    now = f"USE_CANONICAL_NODES={flags.use_canonical_nodes} ENABLE_VALIDATION={flags.enable_validation}"
    if before is None or before[0] != now:
        was_on = before is not None and str(before[0]).startswith("USE_CANONICAL_NODES=True")
        kind = "rollback" if was_on and not flags.use_canonical_nodes else "flags"
        await connection.execute("insert into mes.events (kind, detail) values (%s, %s)", [kind, now])
