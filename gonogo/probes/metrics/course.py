"""How a figure went over a window: for pictures, and for its worst."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gonogo.measurement import Measurement


@dataclass(frozen=True, slots=True)
class Course:
    """How a figure went over a window.

    Attributes:
        subject, unit, source, query: As of a measurement.
        points: (Unix time, value in the base unit), in order; every step has one.
    """

    subject: str
    unit: str
    points: tuple[tuple[float, float], ...]
    source: str
    query: str

    @property
    def highest(self) -> Measurement:
        """The highest value: for a limit from above, the worst."""
        return self._at(max(self.points, key=lambda point: point[1]))

    @property
    def lowest(self) -> Measurement:
        """The lowest value: for a limit from below, the worst."""
        return self._at(min(self.points, key=lambda point: point[1]))

    def _at(self, point: tuple[float, float]) -> Measurement:
        window = self.points[-1][0] - self.points[0][0]
        found = Measurement(self.subject, point[1], self.unit, samples=len(self.points), window_s=window)
        return replace(found, source=self.source, query=self.query, at=rfc3339(point[0]))


def rfc3339(at: float) -> str:
    """Return a Unix time as RFC 3339 in UTC, in ms."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
