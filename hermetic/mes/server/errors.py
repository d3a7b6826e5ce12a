"""What a client is told when its request cannot be served."""

from typing import Any

import psycopg
import redis.exceptions
from psycopg_pool import PoolTimeout
from starlette.requests import Request
from starlette.responses import JSONResponse

from hermetic.mes.domain.nodes import PlanCorrupted
from hermetic.mes.server.product import product_of


class Refused(Exception):
    """A request that is answered with an error: a status, a sentence, and what else the client should know."""

    def __init__(self, status: int, error: str, **more: Any) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, **more}


async def refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused)
    return JSONResponse(error.body, error.status)


async def corrupted(request: Request, error: Exception) -> JSONResponse:
    product_of(request).log.error(f"{error}: {request.url.path}")
    return JSONResponse({"error": str(error)}, 500)


async def store_down(request: Request, error: Exception) -> JSONResponse:
    product_of(request).log.error(f"Store not reachable: {type(error).__name__}")
    return JSONResponse({"error": "Store not reachable"}, 503)


async def failed(request: Request, error: Exception) -> JSONResponse:
    product_of(request).log.error(f"Unhandled {type(error).__name__}: {error}: {request.url.path}")
    return JSONResponse({"error": "Internal error"}, 500)


HANDLERS: dict[Any, Any] = {
    Refused: refused,
    PlanCorrupted: corrupted,
    psycopg.OperationalError: store_down,
    PoolTimeout: store_down,
    redis.exceptions.ConnectionError: store_down,
    Exception: failed,
}
