"""One JSON line a request, and headers for every reply (pure ASGI: nothing is buffered)."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hermetic.kit.log import timestamp

SHOWN_HEADERS = ("x-gonogo-run", "content-type", "authorization")


class RequestLog:
    """Middleware around a whole application.

    A line is there before its reply ends: who was answered finds the request in the log. Only a request that ends
    without a reply, or whose client leaves, is written afterwards.

    Args:
        path: The log, which several servers may share.
        stamp: Returns the headers that every reply gets.
        more: Returns what else a line says, once the request is over.
    """

    def __init__(
        self,
        app: ASGIApp,
        path: Path,
        stamp: Callable[[], Mapping[str, str]] = dict,
        more: Callable[[], Mapping[str, Any]] = dict,
    ) -> None:
        self._app = app
        self._path = path
        self._stamp = stamp
        self._more = more

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, at, status, written = time.perf_counter(), timestamp(), 500, False

        def write() -> None:
            nonlocal written
            if not written:
                written = True
                self._write(scope, at, status, time.perf_counter() - began)

        async def stamped(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).update(self._stamp())
            elif message["type"] == "http.response.body" and not message.get("more_body", False):
                write()
            await send(message)

        try:
            await self._app(scope, receive, stamped)
        finally:
            write()

    def _write(self, scope: Scope, at: str, status: int, duration_s: float) -> None:
        headers = Headers(scope=scope)
        query = scope["query_string"].decode("latin-1")
        shown = {
            name: headers[name] if name != "authorization" else "(hidden)" for name in SHOWN_HEADERS if name in headers
        }
        line = {
            "at": at,
            "method": scope["method"],
            "path": scope["path"] + (f"?{query}" if query else ""),
            "status": status,
            "duration_s": round(duration_s, 6),
            "user_agent": headers.get("user-agent"),
            "headers": shown,
            **self._more(),
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def read_requests(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a request log, oldest first."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]
