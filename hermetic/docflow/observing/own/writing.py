"""Prometheus' answers as JSON: numbers and times as it writes them, vectors, matrices, rules and alerts."""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hermetic.docflow.observing.own.alerting import Alert, Evaluator, Watch
from hermetic.docflow.observing.own.configuration import Target
from hermetic.docflow.observing.promql.labels import Labels
from hermetic.docflow.observing.promql.series import Vector

Json = dict[str, Any]


def number(value: float) -> str:
    """Return a number in digits, as Go's FormatFloat(value, 'f', -1, 64)."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
    text = format(Decimal(repr(value)), "f")
    return text.removesuffix(".0")


def scientific(value: float) -> str:
    """Return a number with an exponent of two digits, as Go's FormatFloat(value, 'e', -1, 64)."""
    if not math.isfinite(value):
        return number(value)
    sign, digits, _ = (decimal := Decimal(repr(value)).normalize()).as_tuple()
    mantissa = f"{digits[0]}.{''.join(map(str, digits[1:]))}".removesuffix(".")
    exponent = decimal.adjusted() if value else 0
    return f"{'-' if sign else ''}{mantissa}e{exponent:+03d}"


def moment(at: int) -> str:
    """Return a moment in ms as RFC 3339; 0, never, is Go's zero time."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat().replace("+00:00", "Z") if at else "0001-01-01T00:00:00Z"


def target(one: Target) -> Json:
    labels = dict(one.labels)
    return {"scrapePool": labels["job"], "scrapeUrl": f"http://{one.address}/metrics", "labels": labels}


def point(at: int, value: float) -> list[Any]:
    return [at / 1000, number(value)]


def scalar(at: int, value: float) -> Json:
    return {"resultType": "scalar", "result": point(at, value)}


def vector(at: int, found: Vector) -> Json:
    result = [{"metric": dict(one.labels), "value": point(at, one.value)} for one in found]
    return {"resultType": "vector", "result": result}


def matrix(found: Iterable[tuple[Labels, Sequence[tuple[int, float]]]]) -> Json:
    """Return series with their points, in the order of their labels."""
    result = [
        {"metric": dict(labels), "values": [point(at, value) for at, value in points]}
        for labels, points in sorted(found)
    ]
    return {"resultType": "matrix", "result": result}


def group(evaluator: Evaluator) -> Json:
    return {
        "name": evaluator.group.name,
        "file": str(evaluator.group.file),
        "rules": [rule(watch) for watch in evaluator.watches],
        "interval": evaluator.group.interval_ms / 1000,
        "limit": 0,
        "evaluationTime": sum(watch.took_s for watch in evaluator.watches),
        "lastEvaluation": moment(evaluator.evaluated),
    }


def rule(watch: Watch) -> Json:
    error = {"lastError": watch.error} if watch.error else {}
    return {
        "state": watch.state,
        "name": watch.rule.name,
        "query": str(watch.rule.query),
        "duration": watch.rule.hold_ms / 1000,
        "keepFiringFor": 0,
        "labels": dict(watch.rule.labels),
        "annotations": dict(watch.rule.annotations),
        "alerts": alerts(watch),
        "health": watch.health,
        **error,
        "evaluationTime": watch.took_s,
        "lastEvaluation": moment(watch.evaluated),
        "type": "alerting",
    }


def alerts(watch: Watch) -> list[Json]:
    return [_alert(watch, one) for one in watch.alerts.values()]


def _alert(watch: Watch, alert: Alert) -> Json:
    return {
        "labels": dict(alert.labels),
        "annotations": dict(watch.rule.annotations),
        "state": alert.state,
        "activeAt": moment(alert.since),
        "value": scientific(alert.value),
    }
