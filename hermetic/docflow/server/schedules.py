"""Scheduled exports: the feature export_scheduling."""

from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from hermetic.docflow.broken.schedules import frequencies, schedules_by_reading
from hermetic.docflow.domain.forecast import month_after
from hermetic.docflow.features import SCHEDULING
from hermetic.docflow.server.bodies import read_object, violations_of
from hermetic.docflow.server.errors import Refused, not_found, refused
from hermetic.docflow.server.service import Service, service_of
from hermetic.docflow.server.store import Row
from hermetic.kit.log import timestamp

FORMATS = ("csv", "json")
FREQUENCIES = ("daily", "weekly", "monthly")
HOUR = 6  # of the day, UTC, at which exports are made


async def list_schedules(request: Request) -> JSONResponse:
    """Answer with all schedules, newest first; nothing is changed."""
    service = _featured(request)
    if schedules_by_reading(service.faults):
        await add(service, {"format": "csv", "frequency": "daily", "tag": None})
    return JSONResponse({"schedules": [_shown(row) for row in await service.store.schedules()]})


async def schedule(request: Request) -> JSONResponse:
    """Take a schedule; one that cannot be is refused with all violations, and counted as a failure."""
    service = _featured(request)
    try:
        body = await read_object(request)
        choices = {"format": FORMATS, "frequency": frequencies(FREQUENCIES, body, service.faults)}
        wrong = violations_of(body, ("format", "frequency", "tag"), choices)
        if wrong:
            raise Refused(400, "Invalid request", wrong)
    except Refused as error:
        service.metrics.count("export_schedule_failures_total")
        return await refused(request, error)
    fields = {"format": body["format"], "frequency": body["frequency"], "tag": body.get("tag")}
    return JSONResponse({"schedule": _shown(await add(service, fields))}, 201)


async def add(service: Service, fields: dict[str, Any]) -> Row:
    row = await service.store.add_schedule(fields, next_run(fields["frequency"], datetime.now(UTC)))
    service.metrics.count("export_schedules_total")
    return row


def next_run(frequency: str, now: datetime) -> datetime:
    """Return the next morning, Monday's morning, or the first morning of the next month."""
    morning = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if frequency == "monthly":
        return datetime.fromisoformat(f"{month_after(f'{now:%Y-%m}', 1)}-01").replace(hour=HOUR, tzinfo=UTC)
    days = 7 - now.weekday() if frequency == "weekly" else 1
    return morning + timedelta(days=days)


async def delete_schedule(request: Request) -> JSONResponse:
    """Delete a schedule that carries a tag."""
    service, name = _featured(request), request.path_params["id"]
    row = await service.store.one("select tag from docflow.schedules where id = %(id)s", id=name)
    if row is None:
        raise Refused(404, f"There is no schedule {name}")
    if not row["tag"]:
        raise Refused(403, f"{name} carries no tag and is not for deletion")
    await service.store.rows("delete from docflow.schedules where id = %(id)s", id=name)
    return JSONResponse({"deleted": name})


def _featured(request: Request) -> Service:
    service = service_of(request)
    if not service.features.has(SCHEDULING):
        raise not_found()
    return service


def _shown(row: Row) -> dict[str, Any]:
    names = ("id", "format", "frequency", "tag")
    return {**{name: row[name] for name in names}, "nextRun": timestamp(row["next_run"])}
