"""GET /health: the stores are really asked, and the flags are those this process goes by."""

import redis.exceptions
from psycopg import Error as DatabaseError
from psycopg_pool import PoolTimeout
from starlette.requests import Request
from starlette.responses import JSONResponse

from hermetic.kit.log import timestamp
from hermetic.mes.broken.server import broken_health
from hermetic.mes.server.product import Product, product_of

TIMEOUT_S = 4.0


async def get_health(request: Request) -> JSONResponse:
    product = product_of(request)
    checks = {"database": await _database(product), "redis": await _redis(product)}
    healthy = all(answer == "ok" for answer in checks.values())
    body = {
        "status": "ok" if healthy else "unavailable",
        "release": product.world.release,
        "environment": product.world.profile,
        "build": product.build,
        "startedAt": timestamp(product.started_at),
        "checks": checks,
        "flags": product.model.flags.as_json(),
    }
    status, body = broken_health(product.faults, 200 if healthy else 503, body)
    return JSONResponse(body, status)


async def _database(product: Product) -> str:
    try:
        async with product.pool.connection(timeout=TIMEOUT_S) as connection:
            await connection.execute("select 1 from mes.production_plans limit 1")
    except (DatabaseError, PoolTimeout) as error:
        return f"failed: {type(error).__name__}"
    return "ok"


async def _redis(product: Product) -> str:
    try:
        await product.counters.client.ping()
    except redis.exceptions.RedisError as error:
        return f"failed: {type(error).__name__}"
    return "ok"
