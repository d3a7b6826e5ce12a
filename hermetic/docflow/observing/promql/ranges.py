"""The functions of a range: rates with Prometheus' extrapolation, resets, and what is taken over time."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

NEAR = 1.1  # how many mean distances the end of a range may be away for a series to be taken to reach it


@dataclass(frozen=True)
class Window:
    """The samples of a series in a range: times in ms, rising, and values; `begin` and `end` of the range in ms."""

    times: Sequence[int]
    values: Sequence[float]
    begin: int
    end: int

    @property
    def range_s(self) -> float:
        return (self.end - self.begin) / 1000


def grown(values: Sequence[float]) -> float:
    """Return by how much a counter has grown, its resets being new beginnings at zero."""
    lost = sum(before for before, after in pairwise(values) if after < before)
    return values[-1] - values[0] + lost


def _extrapolated(window: Window, *, counter: bool, per_second: bool) -> float | None:
    """Return growth over the whole range, None of fewer than two samples.

    Source: extrapolatedRate in promql/functions.go of Prometheus 3.
    """
    if len(window.times) < 2:
        return None
    growth = grown(window.values) if counter else window.values[-1] - window.values[0]
    sampled_s = (window.times[-1] - window.times[0]) / 1000
    distance_s = sampled_s / (len(window.times) - 1)
    limited = counter and growth > 0 and window.values[0] >= 0
    zero_s = sampled_s * (window.values[0] / growth) if limited else math.inf
    before_s = reach((window.times[0] - window.begin) / 1000, distance_s, zero_s)
    after_s = reach((window.end - window.times[-1]) / 1000, distance_s, math.inf)
    factor = (sampled_s + before_s + after_s) / sampled_s
    return growth * factor / window.range_s if per_second else growth * factor


def reach(edge_s: float, distance_s: float, zero_s: float) -> float:
    """Return how far a series is taken to go on beyond its first or last sample.

    Args:
        edge_s: How far it is to the edge of the range; only to there if the samples' mean distance is not exceeded.
        distance_s: That distance; half of it otherwise.
        zero_s: How far it is to where a counter was zero, at most.

    Source: Prometheus 2.52 and later (prometheus/prometheus#13725); before, the limit of zero came first.
    """
    return min(edge_s if edge_s < NEAR * distance_s else distance_s / 2, zero_s)


def _rate(window: Window) -> float | None:
    return _extrapolated(window, counter=True, per_second=True)


def _increase(window: Window) -> float | None:
    return _extrapolated(window, counter=True, per_second=False)


def _delta(window: Window) -> float | None:
    return _extrapolated(window, counter=False, per_second=False)


def _irate(window: Window) -> float | None:
    if len(window.times) < 2:
        return None
    before, last = window.values[-2:]
    return (last if last < before else last - before) / ((window.times[-1] - window.times[-2]) / 1000)


def _resets(window: Window) -> float:
    return float(sum(after < before for before, after in pairwise(window.values)))


def _changes(window: Window) -> float:
    return float(
        sum(before != after and (before == before or after == after) for before, after in pairwise(window.values))
    )


def _least(window: Window) -> float:
    return extreme(window.values, lambda new, old: new < old)


def _greatest(window: Window) -> float:
    return extreme(window.values, lambda new, old: new > old)


def extreme(values: Sequence[float], beats: Callable[[float, float], bool]) -> float:
    """Return the value that beats all others; NaN only where there is nothing else."""
    found = values[0]
    for value in values[1:]:
        if beats(value, found) or found != found:
            found = value
    return found


OVER_TIME: dict[str, Callable[[Window], float | None]] = {
    "rate": _rate,
    "increase": _increase,
    "delta": _delta,
    "irate": _irate,
    "resets": _resets,
    "changes": _changes,
    "min_over_time": _least,
    "max_over_time": _greatest,
    "sum_over_time": lambda window: float(sum(window.values)),
    "avg_over_time": lambda window: float(sum(window.values)) / len(window.values),
    "count_over_time": lambda window: float(len(window.values)),
}
"""What each gives of a window with at least one sample; None is no value."""
