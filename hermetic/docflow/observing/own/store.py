"""Samples of the last quarter of an hour, by series."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from hermetic.docflow.observing.promql.labels import NAME, Labels, Matcher, fit
from hermetic.docflow.observing.promql.ranges import Window
from hermetic.docflow.observing.promql.series import Sample

KEPT_MS = 15 * 60 * 1000
SLACK = 120  # how many samples beyond those a series may have before it is cut
LOOKBACK_MS = 5 * 60 * 1000  # how old the last sample of a series may be, as Prometheus has it


class Series:
    """The samples of one series; an end is a moment at which it was found to be gone."""

    def __init__(self) -> None:
        self.times = array("q")
        self.values = array("d")
        self.ends: set[int] = set()

    def add(self, at: int, value: float, *, end: bool) -> None:
        if self.times and at <= self.times[-1]:
            return  # as Prometheus: what is late or there already is not taken
        self.times.append(at)
        self.values.append(value)
        if end:
            self.ends.add(at)
        if self.times[SLACK : SLACK + 1] and self.times[SLACK] < at - KEPT_MS:
            self._cut(at - KEPT_MS)

    def _cut(self, before: int) -> None:
        number = bisect_left(self.times, before)
        self.ends.difference_update(self.times[:number])
        del self.times[:number]
        del self.values[:number]

    def last(self, at: int) -> tuple[int, float] | None:
        """Return the last sample until a moment, unless it is too old or an end."""
        found = bisect_right(self.times, at) - 1
        if found < 0 or self.times[found] <= at - LOOKBACK_MS or self.times[found] in self.ends:
            return None
        return self.times[found], self.values[found]

    def between(self, begin: int, end: int) -> tuple[Sequence[int], Sequence[float]]:
        """Return times and values of the samples after `begin` and until `end`."""
        span = slice(bisect_right(self.times, begin), bisect_right(self.times, end))
        times, values = self.times[span], self.values[span]
        if self.ends and not self.ends.isdisjoint(times):
            pairs = [(at, value) for at, value in zip(times, values, strict=True) if at not in self.ends]
            return [at for at, _ in pairs], [value for _, value in pairs]
        return times, values


class Store:
    """All series, by name and by labels."""

    def __init__(self) -> None:
        self._names: dict[str, dict[Labels, Series]] = {}
        self._matched: dict[tuple[Matcher, ...], list[tuple[Labels, Series]]] = {}  # until there are other series

    def add(self, labels: Labels, at: int, value: float, *, end: bool = False) -> None:
        """Add a sample, or the end of a series, at a moment in ms."""
        series = self._names.setdefault(dict(labels).get(NAME, ""), {})
        if labels not in series:
            series[labels] = Series()
            self._matched.clear()
        series[labels].add(at, value, end=end)

    def clear(self) -> None:
        self._names.clear()
        self._matched.clear()

    def forget(self, before: int) -> None:
        """Forget series without a sample since a moment."""
        for series in self._names.values():
            for labels in [labels for labels, one in series.items() if one.times[-1] < before]:
                del series[labels]
        self._matched.clear()

    def matching(self, matchers: tuple[Matcher, ...]) -> list[tuple[Labels, Series]]:
        """Return the series that all matchers fit."""
        if matchers not in self._matched:
            named = {one.value for one in matchers if one.label == NAME and one.operator == "="}
            alike = (pair for name in named or self._names for pair in self._names.get(name, {}).items())
            self._matched[matchers] = [(labels, series) for labels, series in alike if fit(matchers, labels)]
        return self._matched[matchers]

    def latest(self, matchers: tuple[Matcher, ...], at: int) -> Iterator[Sample]:
        """Yield the last sample of each series at a moment in ms, unless it is too old or the series had ended."""
        for labels, series in self.matching(matchers):
            if found := series.last(at):
                yield Sample(labels, found[1], found[0])

    def windows(self, matchers: tuple[Matcher, ...], begin: int, end: int) -> Iterator[tuple[Labels, Window]]:
        """Yield the samples of each series after `begin` and until `end`, in ms; series without any are left out."""
        for labels, series in self.matching(matchers):
            times, values = series.between(begin, end)
            if times:
                yield labels, Window(times, values, begin, end)
