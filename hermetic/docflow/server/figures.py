"""The metrics of an instance: their names, labels and bounds."""

from collections.abc import Mapping
from dataclasses import dataclass

from hermetic.docflow.platforms.builds import SWITCHES


def _steps(first: float, last: float, factor: float = 1.1) -> tuple[float, ...]:
    """Return bounds that are a tenth apart, so that a quantile is known to a tenth."""
    bounds, bound = [], first
    while bound < last:
        bounds.append(round(bound, 5))
        bound *= factor
    return (*bounds, last)


@dataclass(frozen=True)
class Figure:
    """A metric.

    Args:
        meaning: Its help text.
        labels: Labels beside `arm` and `release`.
        bounds: Of a histogram's buckets; nothing for another kind.
        presets: Values of its only label that are there with 0 from the start.
        feature: The feature that it comes with; the release before does not have it.
    """

    meaning: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = ()
    presets: tuple[str, ...] = ()
    feature: str = ""


AI, FORECAST, SCHEDULING = SWITCHES
SECONDS = tuple(sorted((0.001, 0.0025, *_steps(0.005, 0.5), 0.02, 0.2, 1.0, 2.5, 5.0)))
MILLISECONDS = tuple(sorted((1.0, *_steps(2.0, 100.0), 20.0, 250.0, 1000.0)))
CONFIDENCES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 1.0)
COMPONENTS = ("queue", "analytics", "export")

COUNTERS: Mapping[str, Figure] = {
    "doc_ingested_total": Figure("Documents that were taken in."),
    "revenue_total_eur": Figure("Revenue of published invoices, in EUR."),
    "http_requests_total": Figure("Requests that were answered.", ("route", "method", "status")),
    "ai_classification_requests_total": Figure("Documents that were to be classified.", feature=AI),
    "ai_classification_failures_total": Figure("Documents that could not be classified.", feature=AI),
    "forecast_calculations_total": Figure("Forecasts that were asked for.", feature=FORECAST),
    "forecast_calculation_errors_total": Figure("Forecasts that failed.", feature=FORECAST),
    "export_schedules_total": Figure("Exports that were scheduled.", feature=SCHEDULING),
    "export_schedule_failures_total": Figure("Schedules that were refused or failed.", feature=SCHEDULING),
    "exports_total": Figure("Exports that were made.", ("mode",), presets=("manual", "scheduled")),
    "feature_use_total": Figure(
        "Uses of a feature on a page.", ("feature",), presets=(AI, FORECAST, SCHEDULING), feature=AI
    ),
    "websocket_messages_total": Figure("Messages of WebSockets.", ("direction",), presets=("sent", "received")),
    "ui_component_crashes_total": Figure("Components of pages that crashed.", ("component",), presets=COMPONENTS),
}
HISTOGRAMS: Mapping[str, Figure] = {
    "publish_latency_ms": Figure("How long publishing a document took, in ms.", bounds=MILLISECONDS),
    "api_request_duration_seconds": Figure("How long the API took, in s.", ("route", "method"), SECONDS),
    "ai_classification_confidence": Figure("Confidence of classifications.", bounds=CONFIDENCES, feature=AI),
    "queue_load_seconds": Figure("How long the queue's page took to load, in s.", bounds=SECONDS),
    "analytics_render_seconds": Figure("How long the page of analytics took to draw, in s.", bounds=SECONDS),
}
GAUGES: Mapping[str, Figure] = {
    "process_start_time_seconds": Figure("When the instance started, in s since 1970."),
    "user_satisfaction_score": Figure("Mean rating of the features by users, 1 to 5."),
    "forecast_deviation_ratio": Figure("By which part forecasts missed the actual revenue.", feature=FORECAST),
}
