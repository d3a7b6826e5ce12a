"""Named figures read from JSON documents of a target: a value, or events of a total."""

from typing import TYPE_CHECKING, Any

from gonogo.measurement import Measurement
from gonogo.metric_settings import MetricSettings
from gonogo.outcome import Inconclusive
from gonogo.probes import strict_json
from gonogo.probes.http import HttpProbe
from gonogo.probes.metrics.figures import Rate, in_unit, number, rate, whole

if TYPE_CHECKING:
    from gonogo.target import Target


class MetricProbe:
    """Reads figures such as "/api/mes/metrics#/metrics/validation_error_count": the path, '#', a JSON pointer."""

    source = "metrics"

    def __init__(self, http: HttpProbe) -> None:
        self._http = http

    def read(self, name: str, settings: MetricSettings) -> Measurement | Rate:
        """Return the figure `name`.

        Raises:
            Inconclusive: If a number is absent, of another type, negative, not whole where it counts, or when there are
                more events than there is in total. What is absent is never taken for zero.
            Missed, Unverified: As `HttpProbe.get` and `Reply.json` say.
        """
        if settings.value is not None:
            return self._value(name, settings, settings.value)
        return self._rate(name, settings, settings.events or "", settings.total or "")

    def close(self) -> None:
        """Nothing to give back: the HTTP probe belongs to the target."""

    def _value(self, name: str, settings: MetricSettings, reference: str) -> Measurement:
        (found,) = self._fetch(name, reference)
        given = number(name, reference, found)
        value = whole(name, reference, given) if settings.unit == "count" else given
        value = in_unit(value, settings.scale, settings.unit)
        return Measurement(name, value, settings.unit, source=self.source, query=reference)

    def _rate(self, name: str, settings: MetricSettings, events: str, total: str) -> Rate:
        counted = zip((events, total), self._fetch(name, events, total), strict=True)
        part, all_ = (whole(name, reference, number(name, reference, found)) for reference, found in counted)
        return rate(name, part, all_, settings.min_samples, self.source, f"{events} of {total}")

    def _fetch(self, name: str, *references: str) -> list[Any]:
        """Return the value at each reference; a document that several name is fetched once, so that they agree."""
        documents: dict[str, Any] = {}
        values = []
        for reference in references:
            path, _, pointer = reference.partition("#")
            if path not in documents:
                documents[path] = self._http.get(path).require(200).json()
            try:
                values.append(strict_json.resolve(documents[path], pointer, f"GET {path}"))
            except strict_json.Absent as absent:
                raise Inconclusive(f"{name}: the figure is absent, which is not zero: {absent}") from None
        return values


def of_target(target: "Target") -> MetricProbe:
    """Return the source for one target."""
    return MetricProbe(target.http)
