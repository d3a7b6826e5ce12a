"""When starts are due: iterators of instants in s from the common beginning of all processes.

Process `index` of `count` takes every `count`-th start, so that the merged starts of all processes are as even as those
of one.
"""

import itertools
import random
from collections.abc import Iterator

from gonogo.workload.order import Burst, Order


def even(rate_per_s: float, index: int = 0, count: int = 1) -> Iterator[float]:
    """Give evenly spaced instants, without end."""
    return (number / rate_per_s for number in itertools.count(index, count))


def poisson(rate_per_s: float, seed: int, index: int = 0, count: int = 1) -> Iterator[float]:
    """Give the instants of a Poisson process, without end: the processes' own ones merge into one of the whole rate."""
    source = random.Random(seed * 1009 + index)  # noqa: S311  # repeatable, not secret
    own = rate_per_s / count
    return itertools.accumulate(source.expovariate(own) for _ in itertools.count())


def bursts(planned: tuple[Burst, ...], index: int = 0, count: int = 1) -> Iterator[float]:
    """Give the instants of bursts, in order, as often as there are starts in each."""
    everything = (at for at, size in sorted(planned) for _ in range(size))
    return itertools.islice(everything, index, None, count)


def of(order: Order, index: int = 0, count: int = 1, *, endless: bool = False) -> Iterator[float]:
    """Give the instants of an order, to the end of its steady state."""
    if order.arrivals == "bursts":
        return bursts(order.bursts, index, count)
    if order.arrivals == "poisson":
        due = poisson(order.rate_per_s, order.seed, index, count)
    else:
        due = even(order.rate_per_s, index, count)
    return due if endless else itertools.takewhile(lambda at: at < order.ends_s, due)
