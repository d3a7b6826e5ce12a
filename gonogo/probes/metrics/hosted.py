"""Figures from CloudWatch: one statistic of one metric over the last complete period."""

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gonogo.measurement import Measurement
from gonogo.metric_settings import CloudWatchMetricSettings, MetricSettings
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.cloudwatch import CloudWatchProbe
from gonogo.probes.metrics.figures import in_unit, number

if TYPE_CHECKING:
    from gonogo.target import Target


class CloudWatchSource:
    """Reads figures of CloudWatch; the period is one window, so that no statistics are ever put together."""

    source = "cloudwatch"

    def __init__(self, probe: CloudWatchProbe) -> None:
        self._probe = probe

    def read(self, name: str, settings: MetricSettings) -> Measurement:
        """Return the figure `name` of the last complete period, with the number of samples behind it.

        Raises:
            Inconclusive: If there is no value, more than one, or the answer is partial.
            GuardRefused, Unverified: As `CloudWatchProbe.metric_data` says.
        """
        asked = settings.cloudwatch
        if asked is None:
            raise Unverified(f"{name}: this metric has no cloudwatch; give it the table that its source needs")
        end = time.time() // asked.period_s * asked.period_s
        moments = (datetime.fromtimestamp(end - asked.period_s, UTC), datetime.fromtimestamp(end, UTC))
        queries = [_query("value", asked, asked.statistic), _query("samples", asked, "SampleCount")]
        found = {str(one["Id"]): one for one in self._probe.metric_data(queries, *moments)}
        query = f"{asked.namespace} {asked.metric} {asked.statistic} over {asked.period_s} s"
        value, samples = (_only(name, query, found.get(key)) for key in ("value", "samples"))
        at = moments[1].isoformat(timespec="milliseconds").replace("+00:00", "Z")
        shown = in_unit(value, settings.scale, settings.unit)
        return Measurement(
            name,
            shown,
            settings.unit,
            samples=int(samples),
            window_s=asked.period_s,
            source=self.source,
            query=query,
            at=at,
        )

    def close(self) -> None:
        """Nothing to give back: the CloudWatch probe belongs to the target."""


def of_target(target: "Target") -> CloudWatchSource:
    """Return the source for one target."""
    return CloudWatchSource(target.cloudwatch)


def _query(key: str, asked: CloudWatchMetricSettings, statistic: str) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in asked.dimensions.items()]
    metric = {"Namespace": asked.namespace, "MetricName": asked.metric, "Dimensions": dimensions}
    stat = {"Metric": metric, "Period": asked.period_s, "Stat": statistic, "Unit": asked.unit}
    return {"Id": key, "MetricStat": stat, "ReturnData": True}


def _only(name: str, query: str, found: dict[str, Any] | None) -> float:
    """Return the only value of a result that is complete."""
    place = f"{name}: [cloudwatch: {query}]"
    if found is None or found.get("StatusCode") != "Complete" or found.get("Messages"):
        said = "no result" if found is None else f"{found.get('StatusCode')} {found.get('Messages') or ''}".strip()
        raise Inconclusive(f"{place} the answer is partial: {said}; ask again, and look at the rights of its keys")
    values = found["Values"]
    if len(values) != 1:
        raise Inconclusive(
            f"{place} {len(values)} values in the last complete period, required 1; absent is not zero: is it "
            "published, under these dimensions and in this unit?"
        )
    return number(name, query, float(values[0]))
