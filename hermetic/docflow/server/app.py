"""One instance as an application: routes, health and metrics, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from prometheus_client import CONTENT_TYPE_LATEST
from psycopg_pool import PoolTimeout
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from hermetic.docflow.broken.health import is_well
from hermetic.docflow.domain.forecast import deviation
from hermetic.docflow.server import analytics, audit, door, queue, schedules, site
from hermetic.docflow.server.door import guarded
from hermetic.docflow.server.errors import HANDLERS
from hermetic.docflow.server.meter import API, Meter
from hermetic.docflow.server.runner import exporting
from hermetic.docflow.server.service import Service, service_of
from hermetic.kit.log import timestamp
from hermetic.kit.request_log import RequestLog

STORE_DOWN = (psycopg.Error, PoolTimeout, OSError)
ADMIN = "/api/admin"
SCHEDULE = f"{ADMIN}/analytics/export/schedule"


async def get_health(request: Request) -> Response:
    """Answer for the instance; its store is really asked."""
    service = service_of(request)
    try:
        await service.store.check()
        answer = "ok"
    except STORE_DOWN as error:
        answer = f"failed: {type(error).__name__}"
    healthy = answer == "ok" and is_well(service.arm, service.faults)
    body = {
        "status": "ok" if healthy else "unavailable",
        "release": service.release,
        "arm": service.arm,
        "started": timestamp(service.started),
        "features": service.features.on(),
        "checks": {"store": answer},
    }
    return JSONResponse(body, 200 if healthy else 503)


async def get_metrics(request: Request) -> Response:
    return Response(service_of(request).metrics.exposition(), media_type=CONTENT_TYPE_LATEST)


async def updates(socket: WebSocket) -> None:
    await service_of(socket).updates.serve(socket)


ROUTES = [
    Route("/health", get_health),
    Route("/metrics", get_metrics),
    Route("/api/session", door.sign_in, methods=["POST"]),
    Route("/api/session", door.sign_out, methods=["DELETE"]),
    Route("/api/session/tester", door.is_tester),
    Route(f"{ADMIN}/queue", guarded(queue.list_documents)),
    Route(f"{ADMIN}/documents", guarded(queue.upload), methods=["POST"]),
    Route(f"{ADMIN}/documents/{{id}}/publish", guarded(queue.publish), methods=["POST"]),
    Route(f"{ADMIN}/documents/{{id}}", guarded(queue.delete_document), methods=["DELETE"]),
    Route(f"{ADMIN}/analytics", guarded(analytics.show)),
    Route(f"{ADMIN}/analytics/export", guarded(analytics.export)),
    Route(SCHEDULE, guarded(schedules.list_schedules)),
    Route(SCHEDULE, guarded(schedules.schedule), methods=["POST"]),
    Route(f"{SCHEDULE}/{{id}}", guarded(schedules.delete_schedule), methods=["DELETE"]),
    Route(f"{ADMIN}/audit", guarded(audit.list_events)),
    Route(f"{ADMIN}/audit", guarded(audit.add_event), methods=["POST"]),
    Route(f"{ADMIN}/page-events", guarded(audit.report), methods=["POST"]),
    Route("/admin/queue", site.get_page),
    Route("/admin/analytics", site.get_page),
    Route("/admin/export", site.get_page),
    Route("/admin/sign-in", site.get_sign_in),
    Route("/assets/{name}", site.get_asset),
    Route("/favicon.ico", site.get_icon),
    WebSocketRoute("/ws/updates", updates),
]


def make_app(service: Service) -> Starlette:
    """Return the application of an instance."""
    stamp = {"X-Release": service.release, "X-Arm": service.arm}
    log = Middleware(
        RequestLog, path=service.world.request_log, stamp=lambda: stamp, more=lambda: {"port": service.arm}
    )
    meter = Middleware(Meter, service=service, routes=ROUTES)
    app = Starlette(routes=ROUTES, lifespan=_lifespan, middleware=[log, meter], exception_handlers=HANDLERS)
    app.state.service = service
    return app


@asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    """Hold the store open and listen to it; have the figures of the past there."""
    service: Service = app.state.service
    paths = [route for route in ROUTES if isinstance(route, Route) and route.path.startswith(API)]
    service.metrics.expect(
        (method, route.path) for route in paths for method in sorted({*(route.methods or ())} - {"HEAD"})
    )
    async with service.store.opened(), service.updates.hearing(), exporting(service):
        service.metrics.set("user_satisfaction_score", await service.store.satisfaction())
        service.metrics.set("forecast_deviation_ratio", deviation(await service.store.forecasts()))
        service.log.info(f"{service.arm} {service.release} started")
        yield
