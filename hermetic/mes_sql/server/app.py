"""One instance as an application: routes, page and health, put together."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from psycopg_pool import PoolTimeout
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from hermetic.kit.log import timestamp
from hermetic.kit.request_log import RequestLog
from hermetic.mes_sql.broken.server import Saboteur, served_release, shown_pool
from hermetic.mes_sql.server.errors import HANDLERS, Refused
from hermetic.mes_sql.server.routes import ROUTES
from hermetic.mes_sql.server.service import Service, service_of
from hermetic.mes_sql.server.sql.pool import count_statements, counted
from hermetic.mes_sql.world import BLUE, GREEN

PAGE = "src/pages/production.html"
STORE_DOWN = (psycopg.Error, PoolTimeout, OSError, EOFError)


class Counting:
    """Middleware that counts requests, and the statements of each."""

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != "/health":
            self._service.requests += 1
        count_statements()
        await self._app(scope, receive, send)


def make_app(service: Service) -> Starlette:
    """Return the application of an instance."""
    stamp = {"X-Colour": service.colour}
    middleware = [
        Middleware(Counting, service=service),
        Middleware(
            RequestLog,
            path=service.world.request_log,
            stamp=lambda: {**stamp, "X-Release": served_release(service.faults, service.world.release)},
            more=lambda: {"port": service.colour, "statements": counted()},
        ),
        Middleware(Saboteur, faults=service.faults),
    ]
    routes = [*ROUTES, Route("/health", get_health), Route("/production.html", get_page)]
    app = Starlette(routes=routes, lifespan=_lifespan, middleware=middleware, exception_handlers=HANDLERS)
    app.state.service = service
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    """Hold the store open, and let the supervisor cut the streams by SIGUSR1."""
    service: Service = app.state.service
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, service.streams.cut)
    async with service.store.opened():
        name = {"blue": BLUE, "green": GREEN}[service.colour]
        service.log.info(f"{name} {service.world.release} started on {service.store.name}")
        yield


async def get_health(request: Request) -> Response:
    """Answer for the instance; its store is really asked."""
    service = service_of(request)
    try:
        await service.store.check()
        answer = "ok"
    except STORE_DOWN as error:
        answer = f"failed: {type(error).__name__}"
    healthy = answer == "ok" and "green-health-down" not in service.faults
    body = {
        "status": "ok" if healthy else "unavailable",
        "release": served_release(service.faults, service.world.release),
        "colour": service.colour,
        "store": service.store.name,
        "started": timestamp(service.started),
        "requests": service.requests,
        "checks": {"store": answer},
        "pool": shown_pool(service.faults, service.store.pool()),
    }
    return JSONResponse(body, 200 if healthy else 503)


async def get_page(request: Request) -> Response:
    """Serve the page of the production floor from the product's repository."""
    page = service_of(request).world.repository / PAGE
    if not page.is_file():
        raise Refused(404, f"There is no {PAGE} in the repository")
    return FileResponse(page, media_type="text/html")
