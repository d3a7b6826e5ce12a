"""From the evidence on a canary to findings and judgements, in numbers and in words."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.judge.canary_settings import CanarySettings
from gonogo.judge.doubts import Doubts
from gonogo.judge.look import Finding, Look, Pace, e_value, what_would_settle
from gonogo.judge.pair import Pair
from gonogo.judge.sketch import Sketch
from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.outcome import Outcome
from gonogo.units import show


@dataclass(frozen=True, slots=True)
class Report:
    """Reads the evidence; changes nothing."""

    settings: CanarySettings
    pair: Pair
    requests: Mapping[str, int]
    failed: Mapping[str, int]
    sketches: Mapping[str, Sketch]
    doubts: Doubts

    def look(self, at_s: float, strata: int) -> Look:
        """Return the state as a look."""
        findings = self.findings()
        outcomes = {finding.outcome for finding in findings}
        outcome = Outcome.MET if outcomes == {Outcome.MET} else Outcome.INCONCLUSIVE
        outcome = Outcome.MISSED if Outcome.MISSED in outcomes else outcome
        return Look(at_s, strata, dict(self.requests), outcome, findings, (*self.doubts.void(), *self.doubts.unmet()))

    def judgements(self, at_s: float, source: str, query: str, remedy: str) -> tuple[Judgement, ...]:
        """Return the findings as judgements."""
        latency, errors = self.findings()
        samples = self.requests["candidate"] + self.requests["baseline"]
        facts: dict[str, Any] = {"samples": samples, "window_s": at_s, "source": source, "query": query}
        slower = Measurement("p95 latency, candidate to baseline", self._slower(), "times", **facts)
        failing = Measurement("error rate of the candidate", self._rate("candidate"), "ratio", **facts)
        tolerable = max(self.settings.error_floor, self.settings.error_limit * (self._rate("baseline") or 0.0))
        return (
            Judgement(latency.outcome, latency.reason, slower, Limit("<=", 1 + self.settings.limit, "times"), remedy),
            Judgement(errors.outcome, errors.reason, failing, Limit("<=", tolerable, "ratio"), remedy),
        )

    def findings(self) -> tuple[Finding, Finding]:
        """Return the finding on latencies and that on errors."""
        return self._latency(), self._errors()

    def _latency(self) -> Finding:
        evidence, within = self.pair.latencies.worse, self.pair.latencies.log_within
        least = min(within, key=lambda name: within[name])
        tolerance, limit = show(self.settings.tolerance, "ratio"), show(self.settings.limit, "ratio")
        told = (
            f"{self._told_latency()}; e-value {e_value(evidence.best)} that it is more than {tolerance} slower, "
            f"{e_value(within[least])} that it is less than {limit} slower ({least})"
        )
        stuck = [arm for arm in ("candidate", "baseline") if self.requests[arm] > 1 and not self.sketches[arm].varied]
        doubts = [f"the latency of {' and '.join(stuck)} never varied"] if stuck else []
        return self._finding("latency", (evidence.best, within[least]), told, doubts)

    def _errors(self) -> Finding:
        evidence, within, s = self.pair.errors.worse, self.pair.errors.log_within, self.settings
        often = "more often" if s.error_tolerance == 1 else f"more than {s.error_tolerance:g} times as often"
        told = (
            f"{self._told_errors()}; e-value {e_value(evidence.best)} that it fails {often}, {e_value(within)} that it "
            f"fails less than {s.error_limit:g} times as often or below {show(s.error_floor, 'ratio')}"
        )
        return self._finding("errors", (evidence.best, within), told, [])

    def _finding(self, question: str, evidence: tuple[float, float], told: str, doubts: list[str]) -> Finding:
        best, within = evidence
        threshold = -math.log(self.settings.alphas[question])
        void, unmet = [*self.doubts.void()], [*doubts, *self.doubts.unmet()]
        outcome = Outcome.MISSED if best >= threshold else Outcome.INCONCLUSIVE
        if within >= threshold and best < threshold and not unmet:
            outcome = Outcome.MET
        outcome = Outcome.INCONCLUSIVE if void else outcome
        told = f"{told}; either decides at {math.exp(threshold):.3g}"
        if outcome is Outcome.INCONCLUSIVE:
            open_end = void + unmet or [self._open(question, threshold)]
            told = "; ".join([told, *open_end])
        return Finding(question, outcome, best, within, threshold, told)

    def _open(self, question: str, threshold: float) -> str:
        evidence = self.pair.latencies if question == "latency" else self.pair.errors
        pace = Pace(self.pair.used, self.requests["candidate"], self.settings.stratum_s)
        return what_would_settle(evidence.worse.growth_needed(threshold), evidence.growth_needed(threshold), pace)

    def _slower(self) -> float | None:
        candidate, baseline = (self.sketches[arm].quantile(0.95) for arm in ("candidate", "baseline"))
        return candidate / baseline if candidate is not None and baseline else None

    def _rate(self, arm: str) -> float | None:
        return self.failed[arm] / self.requests[arm] if self.requests[arm] else None

    def _told_latency(self) -> str:
        ends = [show(self.sketches[arm].quantile(0.95), "s") for arm in ("candidate", "baseline")]
        counts = self.requests["candidate"], self.requests["baseline"]
        return (
            f"latency: p95 {ends[0]} of the candidate, {ends[1]} of the baseline, {counts[0]} and {counts[1]} requests"
        )

    def _told_errors(self) -> str:
        told = [f"{self.failed[arm]} of {self.requests[arm]} of the {arm}" for arm in ("candidate", "baseline")]
        low, high = self.pair.errors.risk_interval(self.settings.alphas["errors"])
        return f"errors: failed requests {' and '.join(told)}, {low:.3g} to {high:.3g} times its rate"
