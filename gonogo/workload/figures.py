"""The latencies of one name, and how one process of the generator was; counts are merged by adding. Times in s."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gonogo.workload.buckets import Counts, add, counts


@dataclass(slots=True)
class Figures:
    """The latencies of one name in one phase.

    Attributes:
        intended: Of successful requests, from the intended start to the last byte.
        sent: Of successful requests, from the actual sending.
        failed: Of failed requests, from the intended start.
        late: Of all, the actual sending after the intended start.
    """

    intended: Counts = field(default_factory=counts)
    sent: Counts = field(default_factory=counts)
    failed: Counts = field(default_factory=counts)
    late: Counts = field(default_factory=counts)

    def add(self, other: "Figures") -> None:
        """Add the counts of another."""
        add(self.intended, other.intended)
        add(self.sent, other.sent)
        add(self.failed, other.failed)
        add(self.late, other.late)

    def as_dict(self) -> dict[str, Any]:
        """Return what is not empty."""
        all_four = {"intended": self.intended, "sent": self.sent, "failed": self.failed, "late": self.late}
        return {name: dict(found) for name, found in all_four.items() if found}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Figures":
        """Read it back; JSON has made texts of the buckets."""
        figures = cls()
        for name, found in content.items():
            add(getattr(figures, name), {int(bucket): int(count) for bucket, count in found.items()})
        return figures


@dataclass(slots=True)
class Vitals:
    """How one process of the generator was.

    Attributes:
        planned: Starts that came due. `completed`: those whose task ended.
        starved: Starts that found no idle user and had to wait for one.
        aborted: Tasks that were ended while they ran.
        refused: Requests that the fence did not let out (`refusals` says why).
        broken: Tasks that ended with an error of the locust file itself.
        retried: Requests sent again because an idle connection turned out to be closed.
        window_s, cpu_s: How long starts came due, and the CPU time used meanwhile.
        in_window: How many tasks ended in that time: what the CPU time was used for.
        last_done_s: When the last request ended, from the beginning of the steady state.
        lag: How late the event loop was in the steady state, every 10 ms.
        final: Whether this process has said its last word; reports are numbered, `lost` counts the gaps.
    """

    planned: int = 0
    completed: int = 0
    starved: int = 0
    aborted: int = 0
    refused: int = 0
    broken: int = 0
    retried: int = 0
    window_s: float = 0.0
    cpu_s: float = 0.0
    in_window: int = 0
    last_done_s: float = 0.0
    lag: Counts = field(default_factory=counts)
    refusals: dict[str, int] = field(default_factory=dict)
    final: bool = False
    lost: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return {name: getattr(self, name) for name in self.__slots__} | {"lag": dict(self.lag)}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Vitals":
        """Read it back."""
        lag = counts()
        add(lag, {int(bucket): int(count) for bucket, count in content.get("lag", {}).items()})
        return cls(**{**content, "lag": lag})
