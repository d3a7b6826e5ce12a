"""What a judge says at a look: a finding for each question, and what would settle those that are open."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.outcome import Outcome
from gonogo.units import show


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question at one look.

    Attributes:
        question: "latency" or "errors".
        outcome: Met, missed or inconclusive.
        log_against: Greatest log e-value so far that the candidate is worse than tolerated.
        log_within: Log e-value now that it is within its limit.
        threshold: What either must reach, log(1/alpha).
        reason: The same in words; for an open question also what would settle it.
    """

    question: str
    outcome: Outcome
    log_against: float
    log_within: float
    threshold: float
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as JSON types."""
        numbers = {name: getattr(self, name) for name in ("log_against", "log_within", "threshold")}
        return {"question": self.question, "outcome": str(self.outcome), **numbers, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Look:
    """The state of a canary at one look.

    Attributes:
        at_s: Up to where requests were taken in, in s from the start.
        strata: How many strata are over.
        requests: Usable requests so far, by arm.
        outcome: Missed if any question is, met if all are, else inconclusive.
        findings: One for each question.
        doubts: Why the canary cannot be met, or cannot be judged at all, as it stands.
    """

    at_s: float
    strata: int
    requests: Mapping[str, int]
    outcome: Outcome
    findings: tuple[Finding, ...]
    doubts: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return the look as JSON types."""
        return {
            "at_s": self.at_s,
            "strata": self.strata,
            "requests": dict(self.requests),
            "outcome": str(self.outcome),
            "findings": [finding.as_dict() for finding in self.findings],
            "doubts": list(self.doubts),
        }


@dataclass(frozen=True, slots=True)
class Pace:
    """How much has come in: strata with both arms, the candidate's requests in them, seconds of a stratum."""

    strata: int
    requests: int
    stratum_s: float


def what_would_settle(worse: float, within: float, pace: Pace) -> str:
    """Say how much more of the same would settle a question, by whichever side gets there first.

    `worse` and `within` are the factors by which the data must grow to show either; infinite where they do not tend to.
    """
    factor, shown = min((within, "within the limit"), (worse, "worse than tolerated"))
    if math.isinf(factor) or not pace.strata:
        return "so far the evidence tends to neither side: more of the same would not settle it"
    strata = max(1, math.ceil((factor - 1) * pace.strata))
    more, time = math.ceil(strata * pace.requests / pace.strata), strata * pace.stratum_s
    return f"about {show(more, 'count')} more requests to the candidate ({show(time, 's')}) would show it {shown}"


def e_value(log_value: float) -> str:
    """Return an e-value as people read it."""
    if log_value > math.log(1e6):
        return "over a million"
    return f"{math.exp(log_value):.3g}" if log_value > math.log(1e-3) else "under 0.001"
