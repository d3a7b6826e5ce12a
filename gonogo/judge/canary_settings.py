"""The settings of a canary's judge: what is tolerated, what is demanded, and how often it may be wrong."""

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

from gonogo.judge.budget import allocate

QUESTIONS = ("latency", "errors")


@dataclass(frozen=True, slots=True)
class CanarySettings:
    """All that a verdict depends on beside the requests themselves.

    Attributes:
        alpha: Budget of false alarms of the whole comparison, shared out over its questions by their weights. The
            default is a hundredth for each question; so great is also the probability of a wrong "met" of it.
        latency_weight, error_weight: Parts of the budget.
        tolerance: NO-GO when the candidate is shown to be slower by more than this ratio; it also absorbs the noise
            that each arm has of its own.
        limit: GO needs the candidate shown to be slower by less than this ratio; at least the tolerance.
        needed: Scores for which GO needs that: "body", "tail" (top 5 %, the question of a p95), "extreme" (top 1 %).
        error_tolerance: NO-GO when the candidate is shown to fail more than so many times as often as the baseline.
        error_limit: GO needs the candidate shown to fail less than so many times as often,
        error_floor: or to have an error rate (a ratio) below this, whatever the baseline's.
        share: Planned share of the traffic that the candidate gets; None where it is not planned or changes.
        share_tolerance: How far the share may be off.
        share_alpha, placebo_alpha: Probability that a sound split, or a sound placebo, voids the comparison.
        stratum_s: Width of a stratum of time, in which both arms are taken to have the same conditions.
        planned_s: Planned length of the canary; onsets are looked for up to there.
        onset_s: How often a new onset is considered, in whole strata.
        max_skipped: The greatest share of strata without both arms at which a canary may be met.
        max_late: The greatest share of an arm's requests that may be late; they may be just the slow ones.
    """

    alpha: float = 0.02
    latency_weight: float = 1.0
    error_weight: float = 1.0
    tolerance: float = 0.05
    limit: float = 0.10
    needed: tuple[str, ...] = ("body", "tail")
    error_tolerance: float = 1.0
    error_limit: float = 2.0
    error_floor: float = 0.005
    share: float | None = None
    share_tolerance: float = 0.02
    share_alpha: float = 0.001
    placebo_alpha: float = 0.001
    stratum_s: float = 10.0
    planned_s: float = 1800.0
    onset_s: float = 120.0
    max_skipped: float = 0.2
    max_late: float = 0.001

    def __post_init__(self) -> None:
        for name, sound, wanted in self._demands():
            if not sound:
                raise ValueError(f"canary judge: {name} = {getattr(self, name)!r}, it must be {wanted}")

    def _demands(self) -> list[tuple[str, bool, str]]:
        numbers = [f.name for f in fields(self) if isinstance(getattr(self, f.name), float)]
        not_finite = [(name, math.isfinite(getattr(self, name)), "finite") for name in numbers]
        return [
            *not_finite,
            *(
                (name, 0 < getattr(self, name) < 1, "between 0 and 1")
                for name in ("alpha", "share_alpha", "placebo_alpha")
            ),
            ("tolerance", self.tolerance >= 0, "at least 0"),
            ("limit", self.limit >= self.tolerance and self.limit > 0, "more than 0, and no less than the tolerance"),
            ("needed", bool(self.needed) and set(self.needed) <= {"body", "tail", "extreme"}, "body, tail or extreme"),
            ("error_tolerance", self.error_tolerance >= 1, "at least 1"),
            ("error_limit", self.error_limit > self.error_tolerance, "greater than the error tolerance"),
            ("error_floor", 0 < self.error_floor < 1, "between 0 and 1"),
            ("share", self.share is None or 0 < self.share < 1, "between 0 and 1, or nothing"),
            ("share_tolerance", 0 <= self.share_tolerance < 1, "between 0 and 1"),
            ("stratum_s", self.stratum_s > 0, "more than 0"),
            ("onset_s", self.onset_s >= self.stratum_s, "at least one stratum"),
            ("planned_s", self.planned_s >= self.onset_s, "at least as long as onset_s"),
            *((name, 0 <= getattr(self, name) < 1, "at least 0 and below 1") for name in ("max_skipped", "max_late")),
        ]

    @property
    def alphas(self) -> dict[str, float]:
        """The budget of each question; they add up to alpha."""
        return allocate(self.alpha, dict(zip(QUESTIONS, (self.latency_weight, self.error_weight), strict=True)))

    @property
    def every(self) -> int:
        """Strata from one onset to the next."""
        return max(1, round(self.onset_s / self.stratum_s))

    @property
    def starts(self) -> int:
        """How many onsets are considered."""
        return max(1, round(self.planned_s / (self.every * self.stratum_s)))

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as JSON types."""
        return asdict(self) | {"needed": list(self.needed)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "CanarySettings":
        """Return the settings that `as_dict` gave."""
        return cls(**(values | {"needed": tuple(values["needed"])}))
