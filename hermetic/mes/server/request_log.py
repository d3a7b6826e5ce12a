"""One JSON line a request, and the release in a header of every reply (pure ASGI: nothing is buffered)."""

import json
import time
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hermetic.mes.backend_log import timestamp
from hermetic.mes.broken.server import served_release
from hermetic.mes.planted import Planted

LOGGED_HEADERS = ("x-gonogo-run", "content-type", "authorization")


class RequestLog:
    """Middleware around the whole application."""

    def __init__(self, app: ASGIApp, path: Path, release: str, faults: Planted) -> None:
        self._app = app
        self._path = path
        self._release = release
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, at, status = time.perf_counter(), timestamp(), 500

        async def stamped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Release"] = served_release(self._faults, self._release)
            await send(message)

        try:
            await self._app(scope, receive, stamped)
        finally:
            self._write(scope, at, status, time.perf_counter() - began)

    def _write(self, scope: Scope, at: str, status: int, duration_s: float) -> None:
        headers = Headers(scope=scope)
        query = scope["query_string"].decode("latin-1")
        shown = {
            name: headers[name] if name != "authorization" else "(hidden)" for name in LOGGED_HEADERS if name in headers
        }
        line = {
            "at": at,
            "method": scope["method"],
            "path": scope["path"] + (f"?{query}" if query else ""),
            "status": status,
            "duration_s": round(duration_s, 6),
            "user_agent": headers.get("user-agent"),
            "headers": shown,
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
