"""Recorded response times side by side: their middle, and their tail with an interval."""

import math
from collections.abc import Sequence

from gonogo.judge.quantiles import quantile_interval
from gonogo.measurement import Measurement
from systems.docflow.recorded import Requests

_MOST = 2000
_TAIL = 0.95
_CONFIDENCE = 0.99


def thinned(seconds: Sequence[float]) -> Sequence[float]:
    """Return at most 2 000 of the samples, which were taken by lot: comparing pairs costs their product."""
    return seconds[:_MOST]


def tails(after: Requests, before: Requests) -> Measurement:
    """Return the p95 after as a multiple of the p95 before, with a 99 % interval.

    The arms are independent, so that the distances to the ends of both intervals add up in squares, as logarithms.
    """
    now, was = _ends(after), _ends(before)
    ratio = now.value / was.value
    low = ratio / math.exp(math.hypot(math.log(now.value / now.low), math.log(was.high / was.value)))
    high = ratio * math.exp(math.hypot(math.log(now.high / now.value), math.log(was.value / was.low)))
    samples = len(after.seconds) + len(before.seconds)
    return Measurement("p95 beside that before", ratio, "times", low, high, samples, source="sql")


class _Ends:
    """A p95 with its interval, in seconds."""

    def __init__(self, value: float, low: float, high: float) -> None:
        self.value, self.low, self.high = value, low, high


def _ends(requests: Requests) -> _Ends:
    return _Ends(
        requests.percentiles_ms["p95 ms"] / 1000, *quantile_interval(sorted(requests.seconds), _TAIL, _CONFIDENCE)
    )
