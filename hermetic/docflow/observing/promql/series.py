"""Values of an instant: one for each series, and where evaluation gets series from."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from hermetic.docflow.observing.promql.labels import Labels, Matcher, shown
from hermetic.docflow.observing.promql.ranges import Window
from hermetic.docflow.observing.promql.words import Failed


class Sample(NamedTuple):
    """The value of one series; `at` is when it was scraped, in ms."""

    labels: Labels
    value: float
    at: int


Vector = list[Sample]


class Source(Protocol):
    """Where series are."""

    def latest(self, matchers: tuple[Matcher, ...], at: int) -> Iterable[Sample]:
        """Yield the last sample of each series at a moment in ms, unless it is too old or the series had ended."""

    def windows(self, matchers: tuple[Matcher, ...], begin: int, end: int) -> Iterable[tuple[Labels, Window]]:
        """Yield the samples of each series after `begin` and until `end`, in ms; series without any are left out."""


def distinct(vector: Vector) -> Vector:
    """Return a vector in which no two series have the same labels; raises Failed if two have."""
    if len({sample.labels for sample in vector}) < len(vector):
        raise Failed(f"vector cannot contain metrics with the same labelset, such as {shown(vector[0].labels)}")
    return vector
