"""The alerts of the MES: how they are defined, and what each says now. Nothing here judges."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gonogo.outcome import Missed, Unverified
from gonogo.target import Target
from systems.papers import Papers

DEFINITIONS = "alerts"
EVALUATED = "/api/mes/alerts"


@dataclass(frozen=True)
class Figure:
    """A figure that alerts watch: its key in a definition, its base unit, and how much of that one of the key's is."""

    key: str
    unit: str
    factor: float = 1.0


FIGURES = {
    "validation error rate": Figure("validation_error_rate", "ratio"),
    "reservation mismatch rate": Figure("reservation_mismatch_rate", "ratio"),
    "consumption capping rate": Figure("consumption_capping_rate", "ratio"),
    "response time": Figure("response_time_ratio", "times"),
    "P95 response time": Figure("response_time_p95_ms", "s", 0.001),
    "share of plans on the fallback": Figure("fallback_share", "ratio"),
    "share of plans with problems": Figure("problem_plan_share", "ratio"),
    "number of server errors": Figure("server_errors", "count"),
    "number of plans without steps": Figure("corrupted_plans", "count"),
}


@dataclass(frozen=True)
class Alert:
    """One alert.

    Attributes:
        name: Its name.
        figure: Which figure it watches, a key of FIGURES.
        operator: ">" where it fires above its threshold and not at it.
        threshold: In the base unit of the figure.
        severity: "info", "warning", "critical" or "emergency".
        notifies: Who is told.
        review: Within which time somebody looks at it, in words.
        chapter: The chapter of the plan that asks for it.
        state: "ok", "firing" or "no_data"; "" in a mere definition.
        value: What it saw, in the base unit of the figure.
    """

    name: str
    figure: str
    operator: str
    threshold: float
    severity: str
    notifies: str
    review: str
    chapter: str
    state: str = ""
    value: float | None = None

    @property
    def unit(self) -> str:
        return FIGURES[self.figure].unit


def definitions(papers: Papers) -> list[Alert]:
    """Return the alerts as they are defined in the papers."""
    return parse_alerts(papers.read(DEFINITIONS).document)


def evaluated(target: Target) -> list[Alert]:
    """Return the alerts as the MES evaluates them now."""
    return parse_alerts(target.http.get(EVALUATED).require(200).json())


def above(alerts: Sequence[Alert], figure: str, threshold: float, chapter: str = "") -> Alert:
    """Return the alert on `figure` with that threshold (base unit), of that chapter where one is given.

    Raises:
        Missed: If there is none, with the thresholds that there are.
    """
    if figure not in FIGURES:
        raise Unverified(f"no alert can watch {figure!r}; known are {', '.join(FIGURES)}")
    same = [alert for alert in alerts if alert.figure == figure and chapter in alert.chapter]
    found = [alert for alert in same if abs(alert.threshold - threshold) < 1e-9]
    if not found:
        levels = ", ".join(f"{alert.name} at {alert.threshold:g}" for alert in same) or "none on it at all"
        raise Missed(f"there is no alert on the {figure} at {threshold:g} (there is {levels}); define it")
    return found[0]


def parse_alerts(document: Any) -> list[Alert]:
    """Return the alerts of a document on known figures, in order; none where it holds none."""
    known = {figure.key: name for name, figure in FIGURES.items()}
    entries = document.get("alerts", []) if isinstance(document, dict) else []
    return [_alert(entry, known[entry["metric"]]) for entry in entries if entry.get("metric") in known]


def _alert(entry: dict[str, Any], figure: str) -> Alert:
    factor, value = FIGURES[figure].factor, entry.get("value")
    return Alert(
        name=str(entry.get("name", "")),
        figure=figure,
        operator=str(entry.get("operator", "")),
        threshold=float(entry["threshold"]) * factor,
        severity=str(entry.get("severity", "")),
        notifies=str(entry.get("notifies", "")),
        review=str(entry.get("review_within", "")),
        chapter=str(entry.get("chapter", "")),
        state=str(entry.get("state", "")),
        value=None if value is None else float(value) * factor,
    )
