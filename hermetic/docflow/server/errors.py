"""What a client is told when its request cannot be served."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from hermetic.docflow.server.service import service_of


class Refused(Exception):
    """A request that is answered with an error: a status, a sentence, and details where there are any."""

    def __init__(self, status: int, error: str, details: Sequence[str] = ()) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, **({"details": list(details)} if details else {})}


def not_found() -> Refused:
    """Return the answer of a route that is not there, or not on."""
    return Refused(404, "Not found")


async def refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused), error
    return JSONResponse(error.body, error.status)


async def unrouted(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException), error
    return JSONResponse({"error": error.detail}, error.status_code)


async def store_down(request: Request, error: Exception) -> JSONResponse:
    service_of(request).log.error(f"Store not reachable: {type(error).__name__}: {error}")
    return JSONResponse({"error": "Store not reachable"}, 503)


async def failed(request: Request, error: Exception) -> JSONResponse:
    service_of(request).log.error(f"Unhandled {type(error).__name__}: {error}: {request.url.path}")
    return JSONResponse({"error": "Internal error"}, 500)


HANDLERS: dict[Any, Any] = {
    Refused: refused,
    HTTPException: unrouted,
    psycopg.OperationalError: store_down,
    PoolTimeout: store_down,
    Exception: failed,
}
