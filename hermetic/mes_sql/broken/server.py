"""Faults at the edge of an instance: answers that fail, wait, or come from another release."""

import asyncio
import itertools
import json
import time
from collections import deque
from collections.abc import Collection, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

OLD_RELEASE = "2.2.9"
LOAD_PER_S = 60  # fewer requests in the last second are no load yet
FAILS_EACH, STALLS_EACH = 20, 10
STALL_S, QUEUE_S = 0.4, 0.15


def served_release(faults: Collection[str], release: str) -> str:
    """Return the release that a reply says it comes from."""
    return OLD_RELEASE if "green-old-release" in faults else release


def shown_pool(faults: Collection[str], pool: Mapping[str, int]) -> Mapping[str, int]:
    """Return what health says of the pool."""
    return {**pool, "max": 0, "min": 0} if "pool-unconfigured" in faults else pool


class Saboteur:
    """Middleware that refuses or delays requests as the planted faults say."""

    def __init__(self, app: ASGIApp, faults: Collection[str]) -> None:
        self._app = app
        self._faults = faults
        self._arrivals: deque[float] = deque(maxlen=LOAD_PER_S)
        self._numbers = itertools.count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/") or "/stream/" in scope["path"]:
            await self._app(scope, receive, send)
            return
        loaded = self._is_loaded(time.monotonic())
        await self._delay(loaded)
        if "substations-route-missing" in self._faults and scope["path"].endswith("/substations"):
            await _reply(send, 404, "Not found")
        elif self._fails(scope, loaded):
            await _reply(send, 500, "Internal error")
        else:
            await self._app(scope, receive, send)

    def _is_loaded(self, now: float) -> bool:
        """Tell whether more than LOAD_PER_S requests came within the last second."""
        loaded = len(self._arrivals) == LOAD_PER_S and now - self._arrivals[0] < 1.0
        self._arrivals.append(now)
        return loaded

    async def _delay(self, loaded: bool) -> None:
        if "server-stalls" in self._faults and next(self._numbers) % STALLS_EACH == 0:
            await asyncio.sleep(STALL_S)
        if "green-slow-under-load" in self._faults and loaded:
            await asyncio.sleep(QUEUE_S)

    def _fails(self, scope: Scope, loaded: bool) -> bool:
        if "plan-creation-fails" in self._faults and scope["method"] == "POST" and scope["path"].endswith("-plans"):
            return True
        return "errors-under-load" in self._faults and loaded and next(self._numbers) % FAILS_EACH == 0


async def _reply(send: Send, status: int, error: str) -> None:
    content = json.dumps({"error": error, "details": []}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
