"""GET /api/mes/alerts: every alert definition of the documents, evaluated now."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from hermetic.kit.log import timestamp
from hermetic.mes.broken.server import broken_alert
from hermetic.mes.domain.alerts import Event, Facts, evaluate
from hermetic.mes.domain.migration import survey
from hermetic.mes.server.product import Product, product_of

ALERTS_FILE = "alerts.json"
BASELINE_FILE = "performance-baseline.json"
WINDOW = "select kind, outcome, coalesce(duration_ms, 0) from mes.events where at >= now() - make_interval(secs => %s)"


async def get_alerts(request: Request) -> JSONResponse:
    product = product_of(request)
    definitions = _read(product, ALERTS_FILE).get("alerts", [])
    windows = {definition["window_s"] for definition in definitions}
    facts = {window: await gather(product, window) for window in windows}
    evaluated = [evaluate(definition, facts[definition["window_s"]]) for definition in definitions]
    alerts = [broken_alert(product.faults, alert) for alert in evaluated]
    return JSONResponse({"success": True, "alerts": alerts, "evaluatedAt": timestamp()})


async def gather(product: Product, window_s: float) -> Facts:
    """Collect what the rules look at, over the last `window_s` seconds."""
    async with product.pool.connection() as connection:
        events = await (await connection.execute(WINDOW, [window_s])).fetchall()
        rows = await (await connection.execute("select document from mes.production_plans order by id")).fetchall()
    found = survey([row[0] for row in rows], product.model.validator)
    return Facts(
        events=[Event(*row) for row in events],
        baseline=_read(product, BASELINE_FILE).get("mean_ms", {}),
        plans=len(rows),
        on_fallback=len(found.pending),
        without_steps=len(found.stepless),
        with_problems=len(found.faulty),
    )


def _read(product: Product, name: str) -> dict[str, Any]:
    path = product.world.documents / name
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return content
