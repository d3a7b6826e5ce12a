"""Middleware that takes a request's time, as long as its service takes, and counts what came of it."""

import asyncio
import time
from collections.abc import Sequence

from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hermetic.docflow.broken.replies import broken_reply
from hermetic.docflow.server.service import Service

API, PUBLISH = "/api/", "/api/admin/documents/{id}/publish"
UNCOUNTED = ("/metrics", "/health", "/api/session/tester")
UNKNOWN = "unknown"


class Meter:
    """Middleware round the routes of one instance."""

    def __init__(self, app: ASGIApp, service: Service, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._service = service
        self._routes = [route for route in routes if isinstance(route, Route)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in UNCOUNTED:
            await self._app(scope, receive, send)
            return
        began, route, status = time.perf_counter(), self._pattern(scope), 500
        until = began + (self._service.pace.next_s(scope["path"]) if route.startswith(API) else 0.0)

        async def paced(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                await asyncio.sleep(max(0.0, until - time.perf_counter()))
            await send(message)

        try:
            answer = broken_reply(self._service, scope, route)
            await (answer or self._app)(scope, receive, paced)
        finally:
            self._note(route, scope["method"], status, time.perf_counter() - began)

    def _pattern(self, scope: Scope) -> str:
        """Return the pattern of the route that answers."""
        return next((route.path for route in self._routes if route.matches(scope)[0] is Match.FULL), UNKNOWN)

    def _note(self, route: str, method: str, status: int, seconds: float) -> None:
        metrics = self._service.metrics
        metrics.count("http_requests_total", route=route, method=method, status=str(status))
        if route.startswith(API):
            metrics.observe("api_request_duration_seconds", seconds, route=route, method=method)
        if route == PUBLISH and status < 500:
            metrics.observe("publish_latency_ms", 1000 * seconds)
