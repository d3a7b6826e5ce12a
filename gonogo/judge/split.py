"""Whether traffic was split as planned: counts of each arm against planned shares."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gonogo.judge.limits import interval
from gonogo.judge.multinomial import log_e_value, share_interval
from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.outcome import Outcome
from gonogo.units import show

_FACTORS = (2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)


@dataclass(frozen=True, slots=True)
class _Arm:
    name: str
    count: int
    total: int
    share: float

    @property
    def observed(self) -> float:
        return self.count / self.total

    def grown(self, factor: int) -> "_Arm":
        return replace(self, count=self.count * factor, total=self.total * factor)


def split(
    subject: str,
    counts: Mapping[str, int],
    shares: Mapping[str, float],
    *,
    tolerance: float = 0.05,
    alpha: float = 0.001,
    confidence: float = 0.99,
    source: str = "",
    query: str = "",
    window_s: float | None = None,
    remedy: str = "",
) -> Judgement:
    """Judge how far the arms' shares are from the plan, against `tolerance` (a ratio: 0.05 is five points).

    Missed when a multinomial e-value refutes every split within the tolerance (>= 1/alpha). Met when the confidence
    interval of every arm lies within the tolerance. Both hold however often one looks. They assume that each request is
    sent by lot; a balancer that deals them out in turn stays closer to its plan, so they hold there too.

    An arm with the share 0 tolerates nothing: one request there is a miss, and so is one to an arm that was not
    planned. No requests at all are inconclusive.

    Args:
        subject: What was split.
        counts: Requests of each arm.
        shares: The planned shares, which add up to 1.
        tolerance: How far each share may be off; of 0, the judgement can only be a miss or inconclusive.
        alpha: Probability of a miss, ever, although the split is within the tolerance.
        confidence: Of the intervals, all arms together.
        source, query, window_s: Where the counts come from.
        remedy: What to do when it is not met.

    Raises:
        ValueError: If the shares do not add up to 1, or a share or count is negative.

    Source: Lindon and Malek (2022), multinomial test with a Dirichlet prior; its inversion for the intervals.
    """
    arms = _arms(counts, shares)
    total = sum(counts.values())
    limit = Limit("<=", tolerance, "ratio")
    measured = Measurement(subject, None, "ratio", samples=total, source=source, query=query, window_s=window_s)
    if not total:
        reason = f"{subject}: no requests, required {_plan(shares)} within {show(tolerance, 'ratio')}"
        return Judgement(Outcome.INCONCLUSIVE, reason, measured, limit, remedy)
    off, low, high = _deviation(arms, confidence)
    measured = replace(measured, value=off, low=low, high=high)
    judgement = interval(measured, limit, remedy)
    refuted = _refuted(arms, tolerance, alpha)
    outcome = Outcome.MISSED if refuted else Outcome.MET if judgement.met else Outcome.INCONCLUSIVE
    found = ", ".join(f"{arm.name} {show(round(arm.observed, 4), 'ratio')}" for arm in arms)
    reason = f"{judgement.reason} off the plan; {found} of {total} requests, planned {_plan(shares)}"
    if outcome is Outcome.INCONCLUSIVE:
        reason = f"{reason}; {_more(arms, tolerance, alpha, confidence)}"
    return replace(judgement, outcome=outcome, reason=reason)


def _arms(counts: Mapping[str, int], shares: Mapping[str, float]) -> list[_Arm]:
    whole = math.isclose(sum(shares.values()), 1, abs_tol=1e-9)
    if not whole or min([*shares.values(), *counts.values()]) < 0:
        raise ValueError(
            f"shares {dict(shares)} must add up to 1, and neither they nor counts {dict(counts)} be negative"
        )
    names, total = sorted({*shares, *counts}), sum(counts.values())
    return [_Arm(name, counts.get(name, 0), total, shares.get(name, 0.0)) for name in names]


def _deviation(arms: list[_Arm], confidence: float) -> tuple[float, float, float]:
    """Return how far the arm that is furthest off is from its share, and the ends between which that lies."""
    alpha = (1 - confidence) / (len(arms) if len(arms) > 2 else 1)  # of two arms, one says it all
    ends = [(arm.share, *share_interval(arm.count, arm.total, arm.share, alpha)) for arm in arms]
    return (
        max(abs(arm.observed - arm.share) for arm in arms),
        max(max(low - share, share - high, 0.0) for share, low, high in ends),
        max(max(high - share, share - low) for share, low, high in ends),
    )


def _refuted(arms: list[_Arm], tolerance: float, alpha: float) -> bool:
    evidence = log_e_value([arm.count for arm in arms], [arm.share for arm in arms], tolerance)
    return evidence >= -math.log(alpha)


def _more(arms: list[_Arm], tolerance: float, alpha: float, confidence: float) -> str:
    for factor in _FACTORS:
        more = [arm.grown(factor) for arm in arms]
        if _deviation(more, confidence)[2] <= tolerance or _refuted(more, tolerance, alpha):
            return f"about {more[0].total} requests in all would settle it at this split"
    return "the split is too close to the tolerance to be settled by more of the same"


def _plan(shares: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {show(share, 'ratio')}" for name, share in sorted(shares.items()))
