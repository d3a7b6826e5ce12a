"""Faults of the metrics: counters that stand still, and series that are missing or called otherwise."""

import re
from collections.abc import Collection, Mapping

UNCOUNTED: Mapping[str, str] = {
    "metric-stopped": "doc_ingested_total",
    "schedules-uncounted": "export_schedules_total",
    "classification-failures-uncounted": "ai_classification_failures_total",
    "export-failures-uncounted": "export_schedule_failures_total",
    "crashes-uncounted": "ui_component_crashes_total",
    "usage-uncounted": "feature_use_total",
    "queue-load-unmeasured": "queue_load_seconds",
    "analytics-render-unmeasured": "analytics_render_seconds",
}
"""Fault -> the metric that no longer moves."""
MISSING: Mapping[str, str] = {
    "metric-ingested-missing": "doc_ingested_total",
    "metric-revenue-missing": "revenue_total_eur",
    "metric-classification-missing": "ai_classification_requests_total",
    "metric-forecast-missing": "forecast_calculations_total",
    "forecast-errors-missing": "forecast_calculation_errors_total",
    "satisfaction-missing": "user_satisfaction_score",
}
"""Fault -> the metric of which nothing is exposed."""
RENAMED: Mapping[str, tuple[str, str]] = {
    "metric-renamed": ("publish_latency_ms", "publish_duration_ms"),
    "api-duration-renamed": ("api_request_duration_seconds", "api_latency_seconds"),
}
SCHEDULE_ROUTE = "/api/admin/analytics/export/schedule"


def is_counted(name: str, faults: Collection[str]) -> bool:
    """Tell whether a metric moves."""
    return not any(metric == name and fault in faults for fault, metric in UNCOUNTED.items())


def exposed(text: str, faults: Collection[str]) -> str:
    """Return what /metrics shows, as the planted faults have it."""
    for fault, name in MISSING.items():
        if fault in faults:
            text = _without(text, rf"(# \w+ )?{name}\b.*")
    for fault, (name, other) in RENAMED.items():
        if fault in faults:
            text = text.replace(name, other)
    if "metric-empty-series" in faults:
        text = _without(text, r"export_schedules_total\{.*")
    if "status-label-missing" in faults:
        text = _without(text, r'http_requests_total\{.*status="(?!200).*')
        text = re.sub(r'(http_requests_total\{.*),status="\d+"', r"\1", text)
    if "export-duration-missing" in faults:
        text = _without(text, rf'api_request_duration_seconds_\w+\{{.*route="{SCHEDULE_ROUTE}".*')
    return _as_gauge(text) if "publish-metric-is-a-gauge" in faults else text


def _without(text: str, line: str) -> str:
    return re.sub(rf"^{line}\n", "", text, flags=re.MULTILINE)


def _as_gauge(text: str) -> str:
    """Show the sum of the publishing times as if it were the metric itself."""
    text = _without(text, r"publish_latency_ms_(bucket|count).*")
    return text.replace("publish_latency_ms_sum", "publish_latency_ms").replace(
        "# TYPE publish_latency_ms histogram", "# TYPE publish_latency_ms gauge"
    )
