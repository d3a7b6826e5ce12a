"""What a workload run came to."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gonogo.measurement import now
from gonogo.units import show
from gonogo.workload.buckets import Histogram
from gonogo.workload.health import Condition, condition, intended_starts
from gonogo.workload.order import Order
from gonogo.workload.recording import STEADY, WARM, Recording

SOURCE = "load"
_QUANTILES = (0.5, 0.9, 0.95, 0.99, 0.999)


@dataclass(frozen=True)
class Result:
    """One run.

    Attributes:
        order: What was asked.
        recording: What the generator recorded; empty where it left none.
        said: The end of what the generator wrote, for a person.
        exit_code: Of the generator's main process.
        rehearsal: How the run was scaled down; empty for a run in full.
        directory: Where order, recording and log lie.
    """

    order: Order
    recording: Recording
    said: str = ""
    exit_code: int = 0
    rehearsal: str = ""
    directory: Path = Path()
    at: str = field(default_factory=now)

    def health(self, limit_s: float | None = None) -> Condition:
        """Return whether the generator was fit; see `health.condition`."""
        found = condition(self.order, self.recording, limit_s)
        if found.fit or self.recording.processes:
            return found
        last = self.said.strip().splitlines()[-1:] or ["it said nothing"]
        return Condition(found.outcome, f"{found.reason}; exit code {self.exit_code}: {last[0][:300]}", found.remedy)

    @property
    def sent(self) -> int:
        """How many requests left, warm-up, repeated and failed ones included."""
        again = sum(vitals.retried for vitals in self.recording.processes.values())
        return self.recording.requests(phases=(WARM, STEADY))[0] + again

    @property
    def window_s(self) -> float:
        """How long the steady state took: at least as planned, longer where the answers came later."""
        return max([self.order.duration_s, *(v.last_done_s for v in self.recording.processes.values())])

    def figures(self) -> dict[str, Any]:
        """Return the figures of the run as JSON types, for evidence."""
        requests, failures = self.recording.requests()
        health = self.health()
        everyone = self.recording.processes.values()
        return {
            "workload": self.order.workload,
            "rehearsal": self.rehearsal,
            "users": self.order.users,
            "rate_per_s": self.order.peak_per_s,
            "steady_s": self.window_s,
            "starts": {
                "intended": intended_starts(self.order),
                **{name: sum(getattr(v, name) for v in everyone) for name in ("planned", "completed", "starved")},
            },
            "requests": {"steady": requests, "failed": failures, "sent": self.sent},
            "latency_s": {name or "all": self._latencies(name) for name in (None, *self.recording.names())},
            "late_s": quantiles(self.recording.histogram("late")),
            "errors": self.recording.errors,
            "generator": {
                "condition": str(health.outcome),
                "reason": health.reason,
                "processes": {
                    key: {"lag_s": quantiles(Histogram.of(v.lag)), "cpu": v.cpu_s / v.window_s if v.window_s else 0.0}
                    for key, v in self.recording.processes.items()
                },
            },
            "stopped": self.recording.stopped,
        }

    def _latencies(self, name: str | None) -> dict[str, Any]:
        intended, sent = (self.recording.histogram(series, name) for series in ("intended", "sent"))
        return {"samples": intended.total, "intended": quantiles(intended), "sent": quantiles(sent)}

    def __str__(self) -> str:
        requests, failures = self.recording.requests()
        if not requests:
            return f"{self.order.workload}: no request recorded"
        p95 = show(self.recording.histogram("intended").quantile(0.95), "s")
        return f"{self.order.workload}: {requests} requests, {failures} failed, p95 {p95}"


def quantiles(histogram: Histogram) -> dict[str, float]:
    """Return the usual quantiles in s; empty where there are no samples."""
    return {f"p{q * 100:g}": histogram.quantile(q) for q in _QUANTILES} if histogram.total else {}
