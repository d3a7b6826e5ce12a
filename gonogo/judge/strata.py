"""Requests of several arms, cut into strata of time: however they arrive, the same strata come out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Requests of one arm.

    Attributes:
        at_s: When each was sent, in s from the start of the canary, shape (n,), any order.
        latency_s: How long each took, in s, until its answer or its failure, shape (n,).
        failed: Whether it failed, shape (n,).
    """

    at_s: Floats
    latency_s: Floats
    failed: NDArray[np.bool_]

    @classmethod
    def of(cls, at_s: ArrayLike, latency_s: ArrayLike, failed: ArrayLike | None = None) -> "Batch":
        """Return the requests as arrays; without `failed` none has.

        Raises:
            ValueError: If the shapes differ.
        """
        times, latencies = np.array(at_s, dtype=float), np.array(latency_s, dtype=float)
        marks = np.zeros(times.shape, dtype=bool) if failed is None else np.array(failed, dtype=bool)
        if times.ndim != 1 or not times.shape == latencies.shape == marks.shape:
            shapes = times.shape, latencies.shape, marks.shape
            raise ValueError(f"each request has one time, one latency and one mark, not shapes {shapes}")
        return cls(times, latencies, marks)

    def __len__(self) -> int:
        return len(self.at_s)

    def where(self, mask: NDArray[np.bool_]) -> "Batch":
        """Return those requests for which `mask`, shape (n,), is true."""
        return Batch(self.at_s[mask], self.latency_s[mask], self.failed[mask])

    @property
    def served(self) -> Floats:
        """Latencies of those that did not fail."""
        return self.latency_s[~self.failed]

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Which have a time and a latency that are finite and not negative."""
        return np.isfinite(self.at_s) & np.isfinite(self.latency_s) & (self.at_s >= 0) & (self.latency_s >= 0)


NOTHING = Batch.of([], [])


class Strata:
    """Keeps requests until the stratum that they belong to is over.

    Attributes:
        closed: How many strata are over.
        unusable: Requests without a finite, non-negative time and latency; they are counted and left out.
        late: Requests of each arm that came when their stratum was over; they are counted and left out.
    """

    def __init__(self, width_s: float, arms: Sequence[str]) -> None:
        self._width_s = width_s
        self._waiting = dict.fromkeys(arms, NOTHING)
        self.closed, self.unusable, self.late = 0, 0, dict.fromkeys(arms, 0)

    def add(self, arm: str, batch: Batch) -> None:
        """Take up new requests of an arm."""
        usable = batch.where(batch.usable)
        timely = usable.where(self._stratum(usable.at_s) >= self.closed)
        self.unusable += len(batch) - len(usable)
        self.late[arm] += len(usable) - len(timely)
        self._waiting[arm] = _joined(self._waiting[arm], timely)

    def close(self, until_s: float) -> Iterator[Mapping[str, Batch]]:
        """Yield every stratum that is over at `until_s`, in order, empty ones too, as a batch an arm."""
        while (self.closed + 1) * self._width_s <= until_s:
            yield self._take()

    def rest(self, until_s: float) -> Iterator[Mapping[str, Batch]]:
        """Yield the stratum that has begun, with what it holds before `until_s`, if anything; drop the others."""
        self._waiting = {arm: batch.where(batch.at_s < until_s) for arm, batch in self._waiting.items()}
        if any(map(len, self._waiting.values())):
            yield self._take()

    def _take(self) -> Mapping[str, Batch]:
        taken = {}
        for arm, batch in self._waiting.items():
            over = self._stratum(batch.at_s) <= self.closed
            taken[arm], self._waiting[arm] = _ordered(batch.where(over)), batch.where(~over)
        self.closed += 1
        return taken

    def _stratum(self, at_s: Floats) -> Floats:
        """Return the stratum k of each time: k width <= time < (k + 1) width, however division rounds."""
        number = np.floor(at_s / self._width_s)
        number -= number * self._width_s > at_s
        return np.asarray(number + ((number + 1) * self._width_s <= at_s))

    def state(self) -> dict[str, Any]:
        """Return everything that changes, as JSON types."""
        waiting = {
            arm: [batch.at_s.tolist(), batch.latency_s.tolist(), batch.failed.tolist()]
            for arm, batch in self._waiting.items()
        }
        return {"closed": self.closed, "unusable": self.unusable, "late": dict(self.late), "waiting": waiting}

    def restore(self, state: dict[str, Any]) -> None:
        """Take up a state that `state` returned, under the same settings."""
        self.closed, self.unusable, self.late = state["closed"], state["unusable"], dict(state["late"])
        self._waiting = {arm: Batch.of(*parts) for arm, parts in state["waiting"].items()}


def _joined(one: Batch, other: Batch) -> Batch:
    pairs = zip(_columns(one), _columns(other), strict=True)
    return Batch.of(*(np.concatenate(pair) for pair in pairs))


def _columns(batch: Batch) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    return batch.at_s, batch.latency_s, batch.failed


def _ordered(batch: Batch) -> Batch:
    order = np.lexsort((batch.failed, batch.latency_s, batch.at_s))
    return Batch(batch.at_s[order], batch.latency_s[order], batch.failed[order])
