"""Prometheus text format at one instant, and what its counters did between two."""

import difflib
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from gonogo.probes.metrics.histogram import Histogram, Reset

Labels = frozenset[tuple[str, str]]
_BIRTHS = re.compile(r"(^process_start_time_seconds|_created)$")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All samples of one exposition.

    Attributes:
        at: When it was asked for, Unix time.
        clock_s: The same on a clock that is never set, in seconds.
        kinds: Kind of each metric ("counter", "gauge", "histogram", "summary", "unknown") by the name of its family.
        samples: Value of each series by name and labels.
        stamps: Unix time of those samples that the target itself gives one.
    """

    at: float
    clock_s: float
    kinds: Mapping[str, str]
    samples: Mapping[str, Mapping[Labels, float]]
    stamps: Mapping[str, float]

    @classmethod
    def parse(cls, text: str, at: float, clock_s: float) -> "Snapshot":
        """Return the samples in `text`.

        Raises:
            ValueError: If it is malformed, holds a series twice, or holds nothing.
        """
        kinds: dict[str, str] = {}
        samples: dict[str, dict[Labels, float]] = {}
        stamps: dict[str, float] = {}
        for family in text_string_to_metric_families(text):
            kinds[family.name] = family.type
            for sample in family.samples:
                series, labels = samples.setdefault(sample.name, {}), frozenset(sample.labels.items())
                if labels in series:
                    raise ValueError(f"the series {sample.name} {dict(labels)} comes twice")
                series[labels] = float(sample.value)
                if sample.timestamp is not None:
                    stamps[sample.name] = min(float(sample.timestamp), stamps.get(sample.name, math.inf))
        if not samples:
            raise ValueError("it holds no samples")
        return cls(at, clock_s, kinds, samples, stamps)

    def kind(self, metric: str) -> str:
        """Return the kind of `metric`; KeyError, with the closest names, if there is none."""
        for name in (metric, metric.removesuffix("_total")):
            if name in self.kinds:
                return "counter" if name != metric else self.kinds[name]
        close = difflib.get_close_matches(metric, [*self.samples, *self.kinds], 3)
        raise KeyError(f"there is no metric {metric}" + (f"; close to it are {', '.join(close)}" if close else ""))

    def series(self, name: str, labels: Mapping[str, str]) -> dict[Labels, float]:
        """Return the series `name` whose labels match: exactly, or as a whole by the expression after "~"."""
        return {found: value for found, value in self.samples.get(name, {}).items() if _matches(dict(found), labels)}

    def histogram(self, metric: str, labels: Mapping[str, str]) -> Histogram:
        """Return the sum of the matching histograms since their processes began; ValueError if they are none."""
        one_by_one: dict[Labels, list[tuple[float, float]]] = {}
        for found, count in self.series(f"{metric}_bucket", labels).items():
            bounds = [float(value) for key, value in found if key == "le"]
            rest = frozenset(pair for pair in found if pair[0] != "le")
            one_by_one.setdefault(rest, []).append((bounds[0] if bounds else math.nan, count))
        first, *others = [Histogram.cumulative(pairs) for pairs in one_by_one.values()] or [Histogram.cumulative([])]
        for other in others:
            first = first.plus(other)
        return first

    @property
    def births(self) -> dict[tuple[str, Labels], float]:
        """When processes and counters began, as the exposition says."""
        return {
            (name, labels): value
            for name, series in self.samples.items()
            if _BIRTHS.search(name)
            for labels, value in series.items()
        }


def increases(before: Snapshot, after: Snapshot, name: str, labels: Mapping[str, str]) -> dict[Labels, float]:
    """Return by how much each matching counter grew; a series that is new has grown from 0.

    Raises:
        Reset: If a counter fell or is gone.
    """
    earlier, later = before.series(name, labels), after.series(name, labels)
    if set(earlier) - set(later) or any(later[series] < value for series, value in earlier.items()):
        raise Reset
    return {series: value - earlier.get(series, 0.0) for series, value in later.items()}


def began_anew(before: Snapshot, after: Snapshot) -> bool:
    """Return whether a process or counter that both tell of began at another time: a restart, or another instance."""
    earlier, later = before.births, after.births
    return any(later.get(key) != value for key, value in earlier.items())


def _matches(found: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(
        re.fullmatch(value[1:], found.get(label, "")) is not None
        if value.startswith("~")
        else found.get(label, "") == value
        for label, value in wanted.items()
    )
