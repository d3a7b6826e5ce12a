"""What the load generator has recorded: mergeable counts by name and phase, how each process was, and how it ended.

The locust side fills and merges it, the engine reads it from its JSON file and judges. Times in s.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gonogo.workload.buckets import Histogram
from gonogo.workload.figures import Figures, Vitals

SCHEMA = "gonogo/recording/1"
WARM, STEADY = "warm", "steady"
PLANNED_END = "every planned start has ended"
ABORTED = "aborted: "
"""How the reason begins when a threshold of the order ended the traffic."""
_MOST_REASONS = 40


@dataclass(slots=True)
class Recording:
    """All that was recorded, or a difference of it."""

    figures: dict[tuple[str, str], Figures] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    timeline: dict[int, list[int]] = field(default_factory=dict)
    processes: dict[str, Vitals] = field(default_factory=dict)
    expected_processes: int = 1
    begun: float = 0.0
    stopped: str = ""

    def of(self, phase: str, name: str) -> Figures:
        """Return the figures of a name in a phase, empty ones the first time."""
        return self.figures.setdefault((phase, name), Figures())

    def fail(self, reason: str) -> None:
        """Count a reason; from the fortieth different one on they are counted together."""
        full = len(self.errors) >= _MOST_REASONS and reason not in self.errors
        key = "other reasons" if full else reason
        self.errors[key] = self.errors.get(key, 0) + 1

    def add(self, other: "Recording") -> None:
        """Add a difference, which is used up by it; what is known of a process is replaced."""
        for key, figures in other.figures.items():
            ours = self.figures.setdefault(key, figures)
            if ours is not figures:
                ours.add(figures)
        for reason, count in other.errors.items():
            self.errors[reason] = self.errors.get(reason, 0) + count
        for second, (done, failed) in other.timeline.items():
            pair = self.timeline.setdefault(second, [0, 0])
            pair[0], pair[1] = pair[0] + done, pair[1] + failed
        self.processes.update(other.processes)

    def as_dict(self) -> dict[str, Any]:
        """Return it as types that JSON and locust's messages can carry."""
        return {
            "schema": SCHEMA,
            "figures": [[phase, name, figures.as_dict()] for (phase, name), figures in self.figures.items()],
            "errors": self.errors,
            "timeline": [[second, *pair] for second, pair in sorted(self.timeline.items())],
            "processes": {key: vitals.as_dict() for key, vitals in self.processes.items()},
            "expected_processes": self.expected_processes,
            "begun": self.begun,
            "stopped": self.stopped,
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Recording":
        """Read it back.

        Raises:
            ValueError: If it is not of this schema.
        """
        if content.get("schema") != SCHEMA:
            raise ValueError(f"a recording of schema {content.get('schema')!r}, required {SCHEMA!r}")
        return cls(
            {(phase, name): Figures.from_dict(found) for phase, name, found in content["figures"]},
            dict(content["errors"]),
            {int(second): [int(done), int(failed)] for second, done, failed in content["timeline"]},
            {key: Vitals.from_dict(found) for key, found in content["processes"].items()},
            int(content["expected_processes"]),
            float(content["begun"]),
            str(content["stopped"]),
        )

    # What is asked of it

    def names(self) -> list[str]:
        """Return every name that was recorded."""
        return sorted({name for _, name in self.figures})

    def histogram(self, series: str, name: str | None = None, phases: Iterable[str] = (STEADY,)) -> Histogram:
        """Return a series of one name, or of all names, in some phases."""
        wanted = set(phases)
        chosen = (f for (phase, n), f in self.figures.items() if phase in wanted and name in (None, n))
        return Histogram.of(*(getattr(figures, series) for figures in chosen))

    def requests(self, name: str | None = None, phases: Iterable[str] = (STEADY,)) -> tuple[int, int]:
        """Return how many requests there were, and how many of them failed."""
        phases = tuple(phases)
        failed = self.histogram("failed", name, phases).total
        return self.histogram("intended", name, phases).total + failed, failed
