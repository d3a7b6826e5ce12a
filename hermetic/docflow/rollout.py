"""`python -m hermetic.docflow.rollout complete`: asks Prometheus how the canary did, and writes that into the audit."""

import json
import math
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from hermetic.docflow.broken.event import distorted
from hermetic.docflow.features import FEATURES
from hermetic.docflow.world import World
from hermetic.kit.command import FINE, PROBLEMS, Parser, request, run
from hermetic.kit.planted import Planted

EVENT = "phase1_rollout_complete"
P95 = 'histogram_quantile(0.95, sum by (le) (rate({}_bucket{{arm="canary"}}[5m])))'
FAILED = 'sum(rate(http_requests_total{arm="canary",status=~"5.."}[5m]))'
ALL = 'sum(rate(http_requests_total{arm="canary"}[5m]))'
FIGURES: Mapping[str, tuple[str, float]] = {
    "api_p95_ms": (P95.format("api_request_duration_seconds"), 1000),
    "publish_p95_ms": (P95.format("publish_latency_ms"), 1),
    "error_rate_percent": (f"{FAILED} / {ALL}", 100),
}
"""Figure of the event -> its query, and what the answer is multiplied with."""


def main(world: World, arguments: Sequence[str]) -> int:
    parser = Parser("hermetic.docflow.rollout")
    parser.add_argument("action", choices=("complete",))
    parser.parse_args(arguments)
    return complete(world, Planted(world.faults_file))


def complete(world: World, faults: Collection[str]) -> int:
    """Write the event of a finished rollout; without figures there is none."""
    measured = {name: _measure(world, *asked) for name, asked in FIGURES.items()}
    unknown = [name for name, value in measured.items() if value is None]
    if unknown:
        print(f"Prometheus has no figure for {', '.join(unknown)}: has the canary had traffic within 5 minutes?")
        return PROBLEMS
    event = distorted(event_of(canary_minutes(world.state()), measured, datetime.now(UTC)), faults)
    bearer = {"Authorization": f"Bearer {world.token}"}
    code, body = request("POST", f"{world.stable_url}/api/admin/audit", event, headers=bearer)
    print(json.dumps(body["event"] if code == 201 else body))
    return FINE if code == 201 else PROBLEMS


def event_of(minutes: int, measured: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Return the event as the audit keeps it.

    Args:
        minutes: How long the canary lasted.
        measured: The figures of `FIGURES`, in the units of their names.
        at: When the rollout was finished.
    """
    details = {
        "canary_duration_minutes": minutes,
        "success_metrics": dict(measured),
        "features_deployed": list(FEATURES),
    }
    return {"type": EVENT, "timestamp": f"{at:%Y-%m-%dT%H:%M:%SZ}", "details": details}


def canary_minutes(state: Mapping[str, Any]) -> int:
    """Return how long the canary has lasted, until its end or until now."""
    began = datetime.fromisoformat(state.get("canary_began", state["at"]))
    ended = datetime.fromisoformat(state["canary_ended"]) if "canary_ended" in state else datetime.now(UTC)
    return minutes_between(began, ended)


def minutes_between(began: datetime, ended: datetime) -> int:
    return round((ended - began).total_seconds() / 60)


def _measure(world: World, query: str, factor: float) -> float | None:
    """Return what Prometheus says now; None for no figure."""
    code, body = request("GET", f"{world.prometheus_url}/api/v1/query?query={quote(query)}")
    result = body["data"]["result"] if code == 200 and body else []
    value = float(result[0]["value"][1]) if result else float("nan")
    return None if math.isnan(value) else round(value * factor, 3)


if __name__ == "__main__":
    run(World, main)
