"""Faults at the edge of the server: answers that are refused, slow, altered, or from another release."""

import asyncio
import itertools
import json
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

OLD_RELEASE = "2.2.9"
MAINTENANCE_S = 1.5
PLANS = "/api/mes/production-plans"
_replies = itertools.count()
_questions = itertools.count(1)
STEADY_QUESTIONS = 3

Json = dict[str, Any]


QUEUE_S = 0.3


def floor_s(faults: Collection[str], kind: str, normal_s: float, *, canonical: bool) -> float:
    """Return the least duration of an operation, with the canonical model on or off."""
    if "canonical-path-slow" in faults and canonical:
        return normal_s * 1.5
    if "very-slow-replies" in faults:
        return max(normal_s, 1.2)
    if "creation-not-faster" in faults and kind == "creation" and canonical:
        return normal_s * 3
    return normal_s


def served_release(faults: Collection[str], release: str) -> str:
    """Return the release a reply says it comes from."""
    mixed = "mixed-releases" in faults and next(_replies) % 2 == 1
    return OLD_RELEASE if mixed or "old-release-served" in faults else release


def broken_metrics(faults: Collection[str], body: Json) -> Json:
    """Return the metrics reply with the planted faults in it."""
    counters = dict(body["metrics"])
    if "metrics-counter-missing" in faults:
        del counters["consumption_capped_count"]
    if "metrics-counter-negative" in faults:
        counters["reservation_mismatch_count"] = -1
    if "metrics-count-phantoms" in faults:
        counters = {name: value if "executionGraph" in name else value + 7 for name, value in counters.items()}
    if "fallback-count-wrong" in faults:
        counters["plan_using_executionGraph_count"] += 3
    body = {**body, "metrics": counters}
    if "metrics-envelope-missing" in faults:
        return {"metrics": counters}
    return body


def reset_is_ignored(faults: Collection[str]) -> bool:
    return "reset-does-nothing" in faults


def broken_alert(faults: Collection[str], alert: Json) -> Json:
    """Return an evaluated alert with the planted faults in it."""
    if "alerts-never-fire" in faults and alert["state"] == "firing":
        return {**alert, "state": "ok"}
    if "alerts-always-fire" in faults:
        return {**alert, "state": "firing"}
    return alert


def broken_health(faults: Collection[str], status: int, body: Json) -> tuple[int, Json]:
    """Return the health reply with the planted faults in it."""
    if "old-release-served" in faults:
        body = {**body, "release": OLD_RELEASE}
    if "health-lies-about-flags" in faults:
        body = {**body, "flags": {name: not value for name, value in body["flags"].items()}}
    unsteady = "health-unsteady" in faults and next(_questions) > STEADY_QUESTIONS
    if "health-down" in faults or unsteady:
        return 503, {**body, "status": "unavailable", "checks": {**body["checks"], "database": "failed: Planted"}}
    return status, body


class Saboteur:
    """Middleware that refuses requests which a planted fault makes fail."""

    def __init__(self, app: ASGIApp, faults: Collection[str], started_at: datetime) -> None:
        self._app = app
        self._faults = faults
        self._started_at = started_at
        self._under_way: dict[str, int] = {"creation": 0, "launch": 0}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kind = _kind(scope["method"], scope["path"])
        refusal = self._refusal(scope["path"], kind)
        if refusal:
            await _reply(send, *refusal)
            return
        self._under_way[kind] = self._under_way.get(kind, 0) + 1
        if "slow-under-load" in self._faults:
            await asyncio.sleep(QUEUE_S * (self._under_way[kind] - 1))
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way[kind] -= 1

    def _refusal(self, path: str, kind: str) -> tuple[int, Json] | None:
        if "restart-drops-requests" in self._faults and path != "/health" and self._age_s() < MAINTENANCE_S:
            return 503, {"error": "Service is starting"}
        if kind == "creation" and "creation-fails" in self._faults:
            return 500, {"error": "Internal error"}
        if "concurrent-requests-fail" in self._faults and kind in ("creation", "launch") and self._under_way[kind] >= 2:
            return 503, {"error": "Too many requests at once"}
        if "designer-down" in self._faults and path.startswith("/designer"):
            return 502, {"error": "Bad gateway"}
        if "low-stock-unlisted" in self._faults and path == "/api/mes/materials":
            return 200, {"success": True, "materials": []}
        if kind == "start" and "start-fails" in self._faults:
            return 500, {"error": "Internal error"}
        return None

    def _age_s(self) -> float:
        return (datetime.now(UTC) - self._started_at).total_seconds()


def _kind(method: str, path: str) -> str:
    if method != "POST":
        return "other"
    if path == PLANS:
        return "creation"
    return {"launch": "launch", "start": "start"}.get(path.rsplit("/", 1)[-1], "other")


async def _reply(send: Send, status: int, body: Json) -> None:
    await asyncio.sleep(0.01)
    content = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
