"""Every alert the rollout plan asks for, with its conflicting levels side by side; written to documents/alerts.json.

Where the plan gives several levels for one figure each is an alert of its own, named after the chapter it comes from.
"""

from dataclasses import asdict, dataclass
from typing import Any

WINDOW_S = 300
LEAD, TEAM, ON_CALL = "Team lead", "Incident response team", "On-Call Support"


@dataclass(frozen=True)
class Alert:
    """One rule: fires when the metric is greater than the threshold over the window."""

    name: str
    metric: str
    threshold: float
    severity: str
    review_within: str
    notifies: str
    chapter: str
    operator: str = ">"
    window_s: int = WINDOW_S


VALIDATION, MISMATCH, CAPPING = "validation_error_rate", "reservation_mismatch_rate", "consumption_capping_rate"
RATIO, P95, FALLBACK = "response_time_ratio", "response_time_p95_ms", "fallback_share"
ALERTS = (
    Alert("validation-errors-pilot", VALIDATION, 0.01, "warning", "the same day", ON_CALL, "Phase 3 monitoring"),
    Alert("validation-errors-kpi-alert", VALIDATION, 0.02, "warning", "the same day", ON_CALL, "KPI table"),
    Alert("validation-errors-rollout-critical", VALIDATION, 0.05, "critical", "immediately", TEAM, "Phase 4 alerts"),
    Alert("validation-errors-kpi-critical", VALIDATION, 0.05, "critical", "immediately", TEAM, "KPI table"),
    Alert("validation-errors-rollback", VALIDATION, 0.10, "emergency", "immediately", TEAM, "Emergency card"),
    Alert("reservation-mismatch-pilot", MISMATCH, 0.05, "warning", "the same day", ON_CALL, "Phase 3 monitoring"),
    Alert("reservation-mismatch-rollout-warning", MISMATCH, 0.10, "warning", "2 hours", TEAM, "Phase 4 alerts"),
    Alert("reservation-mismatch-kpi-alert", MISMATCH, 0.10, "warning", "2 hours", ON_CALL, "KPI table"),
    Alert("reservation-mismatch-kpi-critical", MISMATCH, 0.20, "critical", "immediately", TEAM, "KPI table"),
    Alert("response-time-rollout-info", RATIO, 1.5, "info", "next working day", ON_CALL, "Phase 4 alerts"),
    Alert("response-time-pilot", RATIO, 2.0, "warning", "the same day", ON_CALL, "Phase 3 monitoring"),
    Alert("response-time-rollback", RATIO, 3.0, "emergency", "immediately", TEAM, "Emergency card"),
    Alert("response-time-p95-kpi-alert", P95, 750, "warning", "the same day", ON_CALL, "KPI table"),
    Alert("response-time-p95-kpi-critical", P95, 1000, "critical", "immediately", TEAM, "KPI table"),
    Alert("fallback-kpi-alert", FALLBACK, 0.0, "warning", "the same day", ON_CALL, "KPI table, week 5 on"),
    Alert("fallback-kpi-critical", FALLBACK, 0.05, "critical", "immediately", TEAM, "KPI table, week 5 on"),
    Alert("capping-kpi-alert", CAPPING, 0.05, "warning", "the same day", ON_CALL, "KPI table"),
    Alert("capping-kpi-critical", CAPPING, 0.10, "critical", "immediately", TEAM, "KPI table"),
    Alert("problem-plans-escalation", "problem_plan_share", 0.05, "warning", "the same day", LEAD, "Phase 3 analysis"),
    Alert("server-errors-rollback", "server_errors", 0, "emergency", "immediately", TEAM, "Emergency card"),
    Alert("corruption-rollback", "corrupted_plans", 0, "emergency", "immediately", TEAM, "Emergency card"),
)


def alerts_document() -> dict[str, Any]:
    return {"alerts": [asdict(alert) for alert in ALERTS]}
