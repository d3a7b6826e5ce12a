"""The audit, and what pages report of themselves."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from hermetic.docflow.broken.records import is_stored
from hermetic.docflow.platforms.builds import SWITCHES
from hermetic.docflow.server.bodies import is_text, read_object, refuse_if, seconds
from hermetic.docflow.server.figures import COMPONENTS
from hermetic.docflow.server.service import Service, service_of
from hermetic.docflow.server.store import Row
from hermetic.kit.log import timestamp

TYPE = re.compile(r"[a-z][a-z0-9_]{2,60}")
TIMINGS = {"queue_load": "queue_load_seconds", "analytics_render": "analytics_render_seconds"}
KINDS = (*TIMINGS, "feature_use", "crash")


async def list_events(request: Request) -> JSONResponse:
    rows = await service_of(request).store.events(request.query_params.get("type"))
    return JSONResponse({"events": [_shown(row) for row in rows]})


async def add_event(request: Request) -> JSONResponse:
    """Add an event, at the time that it brings or now."""
    service, body = service_of(request), await read_object(request)
    kind, details = body.get("type"), body.get("details", {})
    wrong = [f"{name} is not known here" for name in sorted(set(body) - {"type", "timestamp", "details"})]
    if not isinstance(kind, str) or not TYPE.fullmatch(kind):
        wrong.append("type must be a name in small letters, digits and _")
    if not isinstance(details, dict):
        wrong.append("details must be an object")
    if "timestamp" in body and not is_text(body["timestamp"], 40):
        wrong.append("timestamp must be a text that is not empty")
    refuse_if(wrong)
    at = body.get("timestamp", timestamp())
    if is_stored("event", service.faults):
        row = await service.store.add_event(str(kind), at, details)
    else:
        row = {"id": 0, "type": kind, "timestamp": at, "details": details}
    return JSONResponse({"event": _shown(row)}, 201)


def _shown(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in ("id", "type", "timestamp", "details")}


async def report(request: Request) -> JSONResponse:
    """Take what a page reports: how long it took, what was used, what crashed."""
    service, body = service_of(request), await read_object(request)
    kind = body.get("kind")
    refuse_if(_wrong(body))
    if kind in TIMINGS:
        service.metrics.observe(TIMINGS[kind], seconds(body["seconds"]) or 0.0)
    elif kind == "feature_use":
        service.metrics.count("feature_use_total", feature=body["feature"])
    else:
        _note_crash(service, body)
    return JSONResponse({"noted": kind}, 202)


def _note_crash(service: Service, body: Row) -> None:
    service.metrics.count("ui_component_crashes_total", component=body["component"])
    service.log.error(f"component {body['component']} crashed: {str(body.get('message', ''))[:200]}")


def _wrong(body: Row) -> list[str]:
    """Return what is wrong with a report."""
    kind = body.get("kind")
    if kind not in KINDS:
        return [f"kind must be one of {', '.join(KINDS)}"]
    if kind in TIMINGS and seconds(body.get("seconds")) is None:
        return ["seconds must be a number from 0 to 3600"]
    if kind == "feature_use" and body.get("feature") not in SWITCHES:
        return [f"feature must be one of {', '.join(SWITCHES)}"]
    if kind == "crash" and body.get("component") not in COMPONENTS:
        return [f"component must be one of {', '.join(COMPONENTS)}"]
    return []
