"""The rules that are compared: each sees the same requests, and says when it would stop the rollout."""

import math
from abc import ABC, abstractmethod
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from bench.judge.traffic import SHARE
from gonogo.judge.canary import CanaryJudge
from gonogo.judge.canary_settings import CanarySettings
from gonogo.judge.strata import Batch
from gonogo.outcome import Outcome

Floats = NDArray[np.float64]
MINUTE_S = 60


class Rule(Protocol):
    """Something that watches a canary."""

    def step(self, candidate: Batch, baseline: Batch, at_s: int) -> bool:
        """Take in the requests of the last 10 s and return whether to stop now."""


class Ours:
    """The judge of this suite, looked at every 10 s."""

    def __init__(self) -> None:
        self.judge = CanaryJudge(CanarySettings(share=SHARE))

    def step(self, candidate: Batch, baseline: Batch, at_s: int) -> bool:
        """Look once more."""
        return self.judge.look(candidate, baseline, at_s).outcome is Outcome.MISSED


class _ByMinute(ABC):
    """Collects whole minutes, as rules do that read a metric once a minute."""

    def __init__(self) -> None:
        self._parts: list[tuple[Batch, Batch]] = []

    def step(self, candidate: Batch, baseline: Batch, at_s: int) -> bool:
        self._parts.append((candidate, baseline))
        if at_s % MINUTE_S:
            return False
        parts, self._parts = self._parts, []
        arms = [[pair[arm] for pair in parts] for arm in (0, 1)]
        p95 = [float(np.quantile(np.concatenate([b.served for b in arm]), 0.95)) for arm in arms]
        rate = [float(np.concatenate([b.failed for b in arm]).mean()) for arm in arms]
        return self.minute((p95[0], p95[1]), (rate[0], rate[1]))

    @abstractmethod
    def minute(self, p95: tuple[float, float], rate: tuple[float, float]) -> bool:
        """Take p95 (s) and error rate of candidate and baseline in one minute; say whether the rule stops."""


class Fixed(_ByMinute):
    """Thresholds on the candidate's p95 and error rate each minute; more failures than the failureLimit stop it.

    The thresholds are set with perfect knowledge of quiet traffic: 1.10 times its p95, three times its error
    rate but at least 1 %.

    Source: Argo Rollouts, an analysis with an interval of 1 minute.
    """

    def __init__(self, p95: float, rate: float, failure_limit: int) -> None:
        super().__init__()
        self._p95, self._rate, self._limit = 1.10 * p95, max(3 * rate, 0.01), failure_limit
        self._failures = [0, 0]

    def minute(self, p95: tuple[float, float], rate: tuple[float, float]) -> bool:
        self._failures[0] += p95[0] > self._p95
        self._failures[1] += rate[0] > self._rate
        return max(self._failures) > self._limit


class Kayenta(_ByMinute):
    """Kayenta's rule on one point a minute and arm, over all minutes so far: p95, and error rate.

    High, and so failed, when the lower end of the Mann-Whitney interval (98 %) of the shift is more than a quarter of
    its Hodges-Lehmann estimate; identical arms pass. Judged every minute from the fifth on.

    Source: spinnaker/kayenta, MannWhitneyClassifier, tolerance 0.25.
    """

    FIRST, TOLERANCE, CONFIDENCE = 5, 0.25, 0.98

    def __init__(self) -> None:
        super().__init__()
        self._points: list[tuple[float, float, float, float]] = []

    def minute(self, p95: tuple[float, float], rate: tuple[float, float]) -> bool:
        self._points.append((*p95, *rate))
        points = np.array(self._points)
        return len(points) >= self.FIRST and (self._high(points[:, 0:2]) or self._high(points[:, 2:4]))

    def _high(self, points: Floats) -> bool:
        candidate, baseline = points.T
        if sorted(candidate) == sorted(baseline):
            return False
        shifts = np.sort(np.subtract.outer(candidate, baseline).ravel())
        n = len(points)
        spread = float(ndtri((1 + self.CONFIDENCE) / 2)) * math.sqrt(n * n * (2 * n + 1) / 12)
        low = shifts[max(0, math.floor(n * n / 2 - spread - 0.5))]
        return bool(low > self.TOLERANCE * abs(np.median(shifts)))
