"""A distribution of positive values in logarithmic buckets: small, mergeable, and true to within 1 %."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

_WIDTH = math.log(1.02)
_LEAST = 1e-9


class Sketch:
    """Counts of values by bucket; a bucket is 2 % wide and speaks for its middle."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}

    def add(self, values: NDArray[np.float64]) -> None:
        """Count values (non-negative, shape (n,)); those below 1e-9 count as 1e-9."""
        buckets = np.floor(np.log(np.maximum(values, _LEAST)) / _WIDTH).astype(np.int64)
        for bucket, count in zip(*np.unique(buckets, return_counts=True), strict=True):
            self._counts[int(bucket)] = self._counts.get(int(bucket), 0) + int(count)

    @property
    def total(self) -> int:
        """How many values were counted."""
        return sum(self._counts.values())

    @property
    def varied(self) -> bool:
        """Whether the values fell into more than one bucket."""
        return len(self._counts) > 1

    def quantile(self, q: float) -> float | None:
        """Return the q-quantile by nearest rank, to within 1 %; None of no values."""
        rank, seen = math.ceil(q * self.total), 0
        for bucket, count in sorted(self._counts.items()):
            seen += count
            if seen >= rank:
                return _middle(bucket)
        return None

    def points(self) -> list[tuple[float, int]]:
        """Return the middle of each bucket and its count, ascending: the picture of the distribution."""
        return [(_middle(bucket), count) for bucket, count in sorted(self._counts.items())]

    def state(self) -> dict[str, Any]:
        """Return the counts, as JSON types."""
        return {str(bucket): count for bucket, count in sorted(self._counts.items())}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up counts that `state` returned."""
        self._counts = {int(bucket): count for bucket, count in state.items()}


def _middle(bucket: int) -> float:
    return math.exp((bucket + 0.5) * _WIDTH)
