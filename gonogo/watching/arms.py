"""What one look brings in: the new requests of both arms, by operation, in numbers that JSON keeps exactly."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gonogo.judge.strata import NOTHING, Batch
from gonogo.outcome import Inconclusive

_TIME_STEPS, _LATENCY_STEPS = 1e4, 1e6
"""Times are kept in 0.1 ms and latencies in microseconds, before anything judges them: a replay sees the same."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Requests of one operation; times in s from the start of the watch."""

    candidate: Batch = NOTHING
    baseline: Batch = NOTHING

    def __len__(self) -> int:
        return len(self.candidate) + len(self.baseline)


@dataclass(frozen=True, slots=True)
class Arms:
    """The requests that came since the last look.

    Attributes:
        until_s: Up to when they are complete, in s from the start.
        pairs: By operation.
        whole: The operation that counts every request once; "" where all operations together do.
    """

    until_s: float
    pairs: Mapping[str, Pair] = field(default_factory=dict)
    whole: str = ""

    def of(self, operation: str) -> Pair:
        """Return the requests of an operation; of "" those of all."""
        if operation or self.whole:
            return self.pairs.get(operation or self.whole, Pair())
        pairs = list(self.pairs.values())
        return Pair(joined(one.candidate for one in pairs), joined(one.baseline for one in pairs))

    def as_dict(self) -> dict[str, Any]:
        """Return them as JSON types, compactly."""
        pairs = {name: [_packed(one.candidate), _packed(one.baseline)] for name, one in self.pairs.items() if len(one)}
        return {"until_s": self.until_s, "pairs": pairs}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any], whole: str) -> "Arms":
        """Read them back; raises KeyError, TypeError or ValueError if they are not what `as_dict` gave."""
        pairs = {name: Pair(_unpacked(one), _unpacked(two)) for name, (one, two) in content["pairs"].items()}
        return cls(float(content["until_s"]), pairs, whole)


def kept(batch: Batch, subject: str) -> Batch:
    """Return the requests that were sent since the start, in the numbers that are kept, in order of time.

    Raises:
        Inconclusive: If one has no finite time, or no finite latency of at least 0.
    """
    if not np.isfinite(batch.at_s).all() or not (batch.latency_s >= 0).all() or not np.isfinite(batch.latency_s).all():
        raise Inconclusive(f"{subject}: a request has no finite time and latency; mend what measures it")
    return _unpacked(_packed(_ordered(batch.where(np.rint(batch.at_s * _TIME_STEPS) >= 0))))


def joined(batches: Iterable[Batch]) -> Batch:
    """Return the requests of all, in order of time."""
    parts = [batch for batch in batches if len(batch)]
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    columns = ("at_s", "latency_s", "failed")
    return _ordered(Batch(*(np.concatenate([getattr(part, column) for part in parts]) for column in columns)))


def _ordered(batch: Batch) -> Batch:
    order = np.argsort(batch.at_s, kind="stable")
    return Batch(batch.at_s[order], batch.latency_s[order], batch.failed[order])


def _packed(batch: Batch) -> dict[str, list[int]]:
    return {
        "at": np.rint(batch.at_s * _TIME_STEPS).astype(np.int64).tolist(),
        "us": np.rint(batch.latency_s * _LATENCY_STEPS).astype(np.int64).tolist(),
        "failed": np.flatnonzero(batch.failed).tolist(),
    }


def _unpacked(content: Mapping[str, list[int]]) -> Batch:
    failed = np.zeros(len(content["at"]), dtype=bool)
    failed[np.array(content["failed"], dtype=np.intp)] = True
    at, us = (np.array(content[key], dtype=np.int64) for key in ("at", "us"))
    return Batch.of(at / _TIME_STEPS, us / _LATENCY_STEPS, failed)
