"""What a client is told when its request cannot be served."""

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg_pool import PoolTimeout
from starlette.requests import Request
from starlette.responses import JSONResponse

from hermetic.kit.log import ServiceLog


class Refused(Exception):
    """A request that is answered with an error: a status, a sentence, and details."""

    def __init__(self, status: int, error: str, details: Sequence[str] = ()) -> None:
        super().__init__(error)
        self.status = status
        self.body = {"error": error, "details": list(details)}


def unknown(what: str, name: str) -> Refused:
    return Refused(404, f"There is no {what} {name}")


async def refused(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Refused), error
    return JSONResponse(error.body, error.status)


async def inconsistent(_: Request, error: Exception) -> JSONResponse:
    """The database found what no look at the body alone can: a name that leads nowhere, or one that is taken."""
    assert isinstance(error, psycopg.Error), error
    detail = error.diag.message_detail or error.diag.message_primary or str(error)
    return JSONResponse({"error": "Refused by the database", "details": [detail]}, 400)


async def in_use(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, psycopg.Error), error
    return JSONResponse({"error": "Still in use", "details": [str(error.diag.message_detail)]}, 409)


async def store_down(request: Request, error: Exception) -> JSONResponse:
    _log(request).error(f"Store not reachable: {type(error).__name__}: {error}")
    return JSONResponse({"error": "Store not reachable", "details": []}, 503)


async def failed(request: Request, error: Exception) -> JSONResponse:
    _log(request).error(f"Unhandled {type(error).__name__}: {error}: {request.url.path}")
    return JSONResponse({"error": "Internal error", "details": []}, 500)


def _log(request: Request) -> ServiceLog:
    log: ServiceLog = request.app.state.service.log
    return log


HANDLERS: dict[Any, Any] = {
    Refused: refused,
    psycopg.errors.RestrictViolation: in_use,
    psycopg.errors.IntegrityError: inconsistent,
    psycopg.errors.DataError: inconsistent,
    psycopg.OperationalError: store_down,
    PoolTimeout: store_down,
    ConnectionError: store_down,
    EOFError: store_down,
    Exception: failed,
}
