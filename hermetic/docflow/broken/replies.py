"""Faults at the edge of an instance: requests that are answered with a server error, now and then."""

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse
from starlette.types import Scope

if TYPE_CHECKING:
    from hermetic.docflow.server.service import Service

CAUSE = b"x-docflow-cause"
SCHEDULE = "/api/admin/analytics/export/schedule"
FEATURE_FAILS_EACH, FAILS_EACH = 60, 14  # few enough to be no matter of shares, and soon enough to be seen
FIRST = 3
_numbers: dict[str, int] = {}


def broken_reply(service: "Service", scope: Scope, route: str) -> JSONResponse | None:
    """Return the server error that a request gets in place of an answer; None for most.

    Also when the control port was asked to cause one: its requests carry the world's own key.
    """
    if route == SCHEDULE and (CAUSE, service.world.session_key.encode()) in scope["headers"]:
        return JSONResponse({"error": "Export service is not reachable"}, 503)
    if service.arm != "canary" or not route.startswith("/api/admin"):
        return None
    if "server-errors-in-feature" in service.faults and route == SCHEDULE and _due(route, FEATURE_FAILS_EACH):
        return JSONResponse({"error": "Export service is not reachable"}, 503)
    if "canary-errors" in service.faults and route != SCHEDULE and _due("ordinary", FAILS_EACH):
        return JSONResponse({"error": "Internal error"}, 500)
    return None


def _due(kind: str, each: int) -> bool:
    _numbers[kind] = _numbers.get(kind, 0) + 1
    return _numbers[kind] % each == FIRST
