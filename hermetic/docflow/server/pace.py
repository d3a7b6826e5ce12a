"""How long a request takes: drawn from its path and its number, never from a clock, so that every run has the same.

Times are lognormal, sigma 0.15, round 20 ms for what is read and 4 ms for publishing. DOCFLOW_SERVICE_MS scales both:
it is what a read takes.
"""

import os
import zlib
from collections import Counter
from collections.abc import Collection
from math import exp
from statistics import NormalDist

from hermetic.docflow.broken.pace import shared, stretched
from hermetic.docflow.world import Arm

SIGMA = 0.15
READ_MS, PUBLISH_MS = 20.0, 4.0
RANGE = 2**32
NORMAL = NormalDist(sigma=SIGMA)


class Pace:
    """The service times of one instance; `canaried` tells whether the canary runs the release."""

    def __init__(self, arm: Arm, faults: Collection[str], *, canaried: bool = False) -> None:
        self._arm, self._canaried = arm, canaried
        self._faults = faults
        self._numbers: Counter[str] = Counter()
        self._scale = float(os.environ.get("DOCFLOW_SERVICE_MS", READ_MS)) / READ_MS

    def next_s(self, path: str) -> float:
        """Return how long the next request of a path takes, in s."""
        self._numbers[path] += 1
        place = (zlib.crc32(f"{path} {self._numbers[path]}".encode()) + 0.5) / RANGE
        publishing = path.endswith("/publish")
        base = (PUBLISH_MS if publishing else READ_MS) * self._scale / 1000
        drawn = base * exp(NORMAL.inv_cdf(place))
        own = stretched(place, self._arm, self._faults, publishing=publishing)
        return drawn * own * (shared(self._faults) if self._canaried else 1.0)
