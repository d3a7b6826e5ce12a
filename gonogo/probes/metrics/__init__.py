"""Named figures of a target, from whatever source the environment file names; all of them behind one Protocol."""

from gonogo.probes.metrics.documents import MetricProbe
from gonogo.probes.metrics.figures import Figure, Rate, Samples, counted
from gonogo.probes.metrics.source import MetricSource

__all__ = ["Figure", "MetricProbe", "MetricSource", "Rate", "Samples", "counted"]
