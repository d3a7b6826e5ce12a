"""Runs of 10,000 lognormal latencies, judged thrice: python -m bench.load.simulation TRUE_P95_MS RUNS
RUNS_OF_LOCUST SEED.

In a process of its own, since locust patches the standard library. Prints in how many runs which verdict was given.
"""

import json
import math
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import numpy as np
from locust.stats import RequestStats, StatsEntry
from numpy.typing import NDArray

from gonogo.workload import judging
from gonogo.workload.buckets import Histogram
from gonogo.workload.generator.recorder import Recorder

SAMPLES, SIGMA = 10_000, 0.5
LIMIT_S = 0.2
_Q, _Z95, _CONFIDENCE = 0.95, 1.6448536269514722, 0.99


@dataclass(frozen=True)
class Exact:
    """A sorted array, asked as a histogram is."""

    values: NDArray[np.float64]

    @property
    def total(self) -> int:
        return len(self.values)

    def at_rank(self, rank: int) -> tuple[float, float]:
        """Return the `rank`-th smallest latency, from 1; infinite beyond the ends."""
        if not 1 <= rank <= self.total:
            return (-math.inf, -math.inf) if rank < 1 else (math.inf, math.inf)
        found = float(self.values[rank - 1])
        return found, found

    def quantile(self, q: float) -> float:
        """Return the ceil(n q)-th smallest."""
        return self.at_rank(math.ceil(q * self.total))[0]


def judged(latencies: Histogram) -> str:
    """Return what the judge of latencies says of the interval of the p95."""
    low, high = judging.quantile_interval(latencies, _Q, _CONFIDENCE)
    return "met" if high <= LIMIT_S else "missed" if low > LIMIT_S else "inconclusive"


def simulate(true_p95_ms: float, runs: int, runs_of_locust: int, seed: int) -> dict[str, int]:
    """Return in how many runs each way called the p95 within the limit, and in how many two ways said the same.

    Locust's statistics take as long as all the rest, and only see the first `runs_of_locust`.
    """
    draw = np.random.default_rng([seed, int(true_p95_ms)])
    found = dict.fromkeys(("exact", "ours", "ours_same", "judged_same", "judged_bolder", "locust", "locust_same"), 0)
    for number in range(runs):
        samples = true_p95_ms / 1000 * np.exp(SIGMA * (draw.standard_normal(SAMPLES) - _Z95))
        exact, buckets = Exact(np.sort(samples)), recorded(samples.tolist())
        truth, ours = exact.quantile(_Q) <= LIMIT_S, buckets.quantile(_Q) <= LIMIT_S
        wanted, said = judged(cast("Histogram", exact)), judged(buckets)
        found["exact"] += truth
        found["ours"] += ours
        found["ours_same"] += ours == truth
        found["judged_same"] += said == wanted
        found["judged_bolder"] += said not in (wanted, "inconclusive")
        if number < runs_of_locust:
            theirs = locusts_p95_ms(samples.tolist()) <= LIMIT_S * 1000
            found["locust"] += theirs
            found["locust_same"] += theirs == truth
    return found


def recorded(samples: Iterable[float]) -> Histogram:
    """Return latencies in s as our recorder keeps them."""
    recorder = Recorder()
    for seconds in samples:
        recorder.success("GET read", 0.0, 0.0, seconds)
    return recorder.take().histogram("intended")


def locusts_p95_ms(samples: Iterable[float]) -> int:
    """Return what locust's own statistics make of latencies in s."""
    entry = StatsEntry(RequestStats(), "read", "GET")
    for seconds in samples:
        entry.log(seconds * 1000, 0)  # type: ignore[arg-type]  # locust gives it floats itself
    return entry.get_response_time_percentile(_Q)


if __name__ == "__main__":
    print(json.dumps(simulate(float(sys.argv[1]), *map(int, sys.argv[2:]))))
