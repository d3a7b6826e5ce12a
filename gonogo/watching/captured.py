"""The candidate against a captured baseline: one quantile of two arms that did not run at the same time."""

import math
from datetime import UTC, datetime
from typing import Any

import numpy as np

from gonogo.baselines import Baseline
from gonogo.judge.bands import quantile_p_value
from gonogo.judge.limits import interval
from gonogo.judge.look import Finding, e_value
from gonogo.judge.sequence import quantile_bounds
from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.outcome import Outcome
from gonogo.units import show
from gonogo.watching.arms import Arms
from gonogo.watching.questions import SlowerThanCaptured

_PLANNED = 1000
MAX_AGE_DAYS = 90
"""An older baseline is of another season, and of another load."""
MOST_SAMPLES = 20_000


class CapturedJudge:
    """Judges at the end: the interval of the candidate's quantile over that of the captured one.

    Each interval holds at every look with half of the budget. The p-value of "both quantiles are equal, up to the
    limit" is told beside it.
    """

    def __init__(self, question: SlowerThanCaptured, captured: Baseline | None, alpha: float, began: str) -> None:
        self._question, self._captured, self._alpha, self._began = question, captured, alpha, began
        self._samples: list[float] = []

    def take(self, arms: Arms) -> Finding:
        self._samples += arms.of(self._question.of).candidate.served.tolist()
        reason = f"{len(self._samples)} samples so far; compared at the end"
        return Finding(self._question.kind, Outcome.INCONCLUSIVE, 0.0, 0.0, -math.log(self._alpha), reason)

    def conclude(self) -> Judgement:
        q, limit = self._question.q, Limit("<=", 1 + self._question.limit, "times")
        subject = f"p{q * 100:g} of the candidate against the captured baseline"
        measured = Measurement(subject, None, "times", samples=len(self._samples), at="")
        doubt = self._doubt()
        if doubt or self._captured is None:
            return Judgement(Outcome.INCONCLUSIVE, f"{subject}: {doubt}, required {limit}", measured, limit)
        ours, theirs = sorted(self._samples), sorted(self._captured.samples)
        (low, high), (least, most) = (quantile_bounds(one, q, self._alpha / 2, _PLANNED) for one in (ours, theirs))
        value = _quantile(ours, q) / _quantile(theirs, q)
        ends = max(low, 0.0) / most, high / least if least > 0 else math.inf
        found = Measurement(subject, value, "times", *ends, samples=len(ours) + len(theirs), at="")
        judged = interval(found, limit)
        told = f"{show(_quantile(ours, q), 's')} against {show(_quantile(theirs, q), 's')} of {self._captured.release}"
        more = f"{judged.reason}; {told}; p-value {self._p_value(ours, theirs)} that they differ by just the limit"
        return Judgement(judged.outcome, more, found, limit)

    def _p_value(self, ours: list[float], theirs: list[float]) -> str:
        scaled = np.array(ours[:: max(1, len(ours) // MOST_SAMPLES)]) / (1 + self._question.limit)
        p = quantile_p_value(scaled, np.array(theirs), self._question.q, _PLANNED)
        return e_value(math.log(p)) if p > 0 else "under 0.001"

    def _doubt(self) -> str:
        if self._captured is None:
            return "there is no captured baseline; run `gonogo baseline update` on a run that was GO"
        if not self._samples:
            return "the candidate served no request"
        age = _days(self._captured.captured, self._began)
        if age > MAX_AGE_DAYS:
            return f"the baseline was captured {age:.0f} days before, allowed {MAX_AGE_DAYS}; capture it anew"
        if sorted(self._samples) == sorted(self._captured.samples):
            return "candidate and baseline hold the same samples, so both come from one source"
        return ""

    def state(self) -> dict[str, Any]:
        return {"samples": len(self._samples)}


def _quantile(ordered: list[float], q: float) -> float:
    return ordered[max(0, math.ceil(len(ordered) * q) - 1)]


def _days(captured: str, began: str) -> float:
    """Return the days between two instants; a baseline without one, or that cannot be read, has no age to trust."""
    try:
        return (_instant(began) - _instant(captured)).total_seconds() / 86400
    except ValueError:
        return math.inf


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
