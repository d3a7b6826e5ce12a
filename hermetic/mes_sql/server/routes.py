"""The API: reads are open, writes and streams want a login."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hermetic.mes_sql.broken.streams import too_many
from hermetic.mes_sql.server import session
from hermetic.mes_sql.server.bodies import check_changes, check_master, check_plan
from hermetic.mes_sql.server.errors import Refused, unknown
from hermetic.mes_sql.server.service import service_of
from hermetic.mes_sql.server.store import FIELDS, Channel, Json, Kind
from hermetic.mes_sql.server.streams import Stream

API = "/api/mes"
PLANS = f"{API}/production-plans"
STREAMS: dict[str, Channel] = {
    "plans": "mes_plan_updates",
    "assignments": "mes_assignment_updates",
    "workers": "mes_worker_updates",
}


async def _body(request: Request) -> Json:
    """Return the object that a request brings, after its login was checked."""
    session.check(request)
    try:
        body = json.loads(await request.body())
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refused(400, "Invalid request", ["the body must be a JSON object"])
    return body


async def list_plans(request: Request) -> Response:
    service = service_of(request)
    text = request.query_params.get("limit")
    if text is not None and not (text.isdigit() and 0 < int(text) <= 1000):
        raise Refused(400, "Invalid request", ["limit must be a whole number from 1 to 1000"])
    plans = await service.store.plans(int(text) if text else None)
    await service.dual.read(plans, "list")
    return JSONResponse({"plans": plans})


async def get_plan(request: Request) -> Response:
    service, name = service_of(request), request.path_params["id"]
    plan = await service.store.plan(name)
    if plan is None:
        if "unknown-plan-500" in service.faults:
            raise Refused(500, "Internal error")
        raise unknown("plan", name)
    await service.dual.read([plan], "detail")
    return JSONResponse({"plan": plan})


async def create_plan(request: Request) -> Response:
    service = service_of(request)
    plan = await service.store.create_plan(check_plan(await _body(request)))
    await service.dual.write(service.store, plan)
    assignments = await service.store.assignments(plan["id"])
    return JSONResponse({"plan": plan, "assignments": assignments}, 201)


async def change_plan(request: Request) -> Response:
    service = service_of(request)
    plan = await service.store.change_plan(request.path_params["id"], check_changes(await _body(request)))
    await service.dual.write(service.store, plan)
    return JSONResponse({"plan": plan, "assignments": await service.store.assignments(plan["id"])})


async def delete_plan(request: Request) -> Response:
    service, name = service_of(request), request.path_params["id"]
    session.check(request)
    assignments = await service.store.assignments(name)
    await service.store.delete_plan(name)
    await service.dual.delete(name, assignments)
    return JSONResponse({"deleted": name})


async def list_assignments(request: Request) -> Response:
    found = await service_of(request).store.assignments(request.query_params.get("planId"))
    return JSONResponse({"assignments": found})


async def stream(request: Request) -> Response:
    """Open a stream; Last-Event-ID, as a header or a parameter, brings what was missed."""
    service = service_of(request)
    session.check(request, stream=True)
    if too_many(service.faults, service.streams.number):
        raise Refused(503, "Too many streams")
    last = request.headers.get("last-event-id") or request.query_params.get("lastEventId")
    after = int(last) if last and last.isdigit() else None
    name = request.path_params["name"]
    if name not in STREAMS:
        raise unknown("stream", name)
    answer: Any = Stream(service.streams, service.store.listening(STREAMS[name], after))
    return answer  # type: ignore[no-any-return]  # an ASGI application, as every Response is


def master(kind: Kind) -> list[Route]:
    """Return the routes of a kind of master data."""

    async def listed(request: Request) -> Response:
        return JSONResponse({f"{kind}s": await service_of(request).store.listed(kind)})

    async def create(request: Request) -> Response:
        body = check_master(await _body(request), FIELDS[kind], new=True)
        return JSONResponse({kind: await service_of(request).store.save(kind, None, body)}, 201)

    async def change(request: Request) -> Response:
        body = check_master(await _body(request), FIELDS[kind], new=False)
        return JSONResponse({kind: await service_of(request).store.save(kind, request.path_params["id"], body)})

    async def delete(request: Request) -> Response:
        session.check(request)
        await service_of(request).store.delete(kind, request.path_params["id"])
        return JSONResponse({"deleted": request.path_params["id"]})

    path = f"{API}/{kind}s"
    return [
        Route(path, listed),
        Route(path, create, methods=["POST"]),
        Route(path + "/{id}", change, methods=["PUT"]),
        Route(path + "/{id}", delete, methods=["DELETE"]),
    ]


ROUTES = [
    *(route for kind in FIELDS for route in master(kind)),
    Route(f"{API}/session", session.sign_in, methods=["POST"]),
    Route(f"{API}/worker-assignments", list_assignments),
    Route(PLANS, list_plans),
    Route(PLANS, create_plan, methods=["POST"]),
    Route(PLANS + "/{id}", get_plan),
    Route(PLANS + "/{id}", change_plan, methods=["PUT"]),
    Route(PLANS + "/{id}", delete_plan, methods=["DELETE"]),
    Route(f"{API}/stream/{{name}}", stream),
]
