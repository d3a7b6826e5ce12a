"""Analytics: the months, what the next ones will bring, and the export of all that."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from hermetic.docflow.domain.forecast import Forecast, deviation, forecast
from hermetic.docflow.features import FORECAST
from hermetic.docflow.server.errors import Refused
from hermetic.docflow.server.service import Service, service_of
from hermetic.docflow.server.store import Row

SHOWN, AHEAD = 12, 3


async def show(request: Request) -> JSONResponse:
    """Answer with the last months, and with the forecast if it is asked for and on."""
    service = service_of(request)
    months = await service.store.months()
    body: dict[str, Any] = {"months": [_month(row) for row in months[-SHOWN:]]}
    if request.query_params.get("forecast") == "true" and service.features.has(FORECAST):
        body["forecast"] = [_shown(one) for one in await predict(service, months)]
    return JSONResponse(body)


async def predict(service: Service, months: list[Row]) -> list[Forecast]:
    """Return the forecast from the closed months; counts it, and how far earlier ones were off."""
    now = f"{datetime.now(UTC):%Y-%m}"
    closed = [(row["month"], row["revenue"]) for row in months if row["month"] < now]
    service.metrics.count("forecast_calculations_total")
    try:
        expected = forecast(closed, AHEAD)
    except ValueError as error:
        service.metrics.count("forecast_calculation_errors_total")
        raise Refused(422, f"There is no forecast: {error}") from None
    service.metrics.set("forecast_deviation_ratio", deviation(await service.store.forecasts()))
    return expected


async def export(request: Request) -> Response:
    """Answer with the months as CSV or JSON, at once: a manual export."""
    service, form = service_of(request), request.query_params.get("format", "csv")
    if form not in ("csv", "json"):
        raise Refused(400, "format must be one of csv, json")
    months = [_month(row) for row in await service.store.months()]
    await service.store.add_export("manual", form)
    service.metrics.count("exports_total", mode="manual")
    return JSONResponse({"months": months}) if form == "json" else _csv(months)


def _csv(months: list[dict[str, Any]]) -> Response:
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(("month", "documents", "revenue_eur"))
    lines.writerows((one["month"], one["documents"], one["revenueEur"]) for one in months)
    head = {"Content-Disposition": 'attachment; filename="analytics.csv"'}
    return Response(text.getvalue(), media_type="text/csv", headers=head)


def _month(row: Row) -> dict[str, Any]:
    return {"month": row["month"], "documents": row["documents"], "revenueEur": round(row["revenue"], 2)}


def _shown(expected: Forecast) -> dict[str, Any]:
    figures = {"revenueEur": expected.value, "low": expected.low, "high": expected.high}
    return {"month": expected.month, **{name: round(value, 2) for name, value in figures.items()}}
