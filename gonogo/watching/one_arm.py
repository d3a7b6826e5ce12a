"""The judge of one arm against a limit: the candidate's share of errors, or a quantile of its latency."""

import math
from dataclasses import replace
from typing import Any

from gonogo.judge.look import Finding
from gonogo.judge.sequence import log_evidence, quantile_bounds
from gonogo.judge.strata import NOTHING, Batch
from gonogo.judge.watch import QuantileWatch, RateWatch
from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.watching.arms import Arms
from gonogo.watching.questions import ErrorRate, Quantile
from gonogo.watching.record import Header


class OneArm:
    """Watches a rate, or a quantile by the share of latencies above its limit; failed requests have no latency."""

    def __init__(self, question: ErrorRate | Quantile, header: Header) -> None:
        self._question, self._alpha = question, header.budget
        self._samples: list[float] = []
        self._watch: RateWatch | QuantileWatch
        if isinstance(question, ErrorRate):
            self._watch = RateWatch("share of errors", Limit("<", question.limit, "ratio"), self._alpha)
        else:
            self._watch = QuantileWatch("latency", question.q, question.limit, "s", self._alpha)
        self._judgement = self._look(NOTHING)

    def take(self, arms: Arms) -> Finding:
        self._judgement = self._look(arms.of(self._question.of).candidate)
        rate = self._watch if isinstance(self._watch, RateWatch) else self._watch.rate
        bound = float(rate.limit.value or 0.0)
        evidence = float(log_evidence(rate.events, rate.total, bound, rate.planned)) if rate.total else 0.0
        above = rate.total > 0 and rate.events / rate.total > bound
        against, within = (evidence, 0.0) if above else (0.0, evidence)
        found, threshold = self._judgement, -math.log(self._alpha)
        return Finding(self._question.kind, found.outcome, against, within, threshold, found.reason)

    def conclude(self) -> Judgement:
        if not isinstance(self._question, Quantile) or not self._samples:
            return self._judgement
        return self._in_seconds(self._question, sorted(self._samples))

    def _in_seconds(self, question: Quantile, ordered: list[float]) -> Judgement:
        """Return the judgement with the quantile itself, and its interval, as the measurement."""
        low, high = quantile_bounds(ordered, question.q, self._alpha, 1000)
        value = ordered[max(0, math.ceil(len(ordered) * question.q) - 1)]
        measured = Measurement(
            f"p{question.q * 100:g} of the candidate", value, "s", low, high, samples=len(ordered), at=""
        )
        return replace(self._judgement, measurement=measured, limit=Limit("<", question.limit, "s"))

    def _look(self, batch: Batch) -> Judgement:
        if isinstance(self._watch, RateWatch):
            return self._watch.look(int(batch.failed.sum()), len(batch))
        served = batch.served.tolist()
        self._samples += served
        return self._watch.look(served)

    def state(self) -> dict[str, Any]:
        return self._watch.state()
