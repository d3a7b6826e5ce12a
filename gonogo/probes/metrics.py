"""Named figures read from JSON documents of a target: a value, or events of a total."""

import math
from dataclasses import dataclass, field
from typing import Any

from gonogo.measurement import Measurement, now
from gonogo.outcome import Inconclusive
from gonogo.probes import strict_json
from gonogo.probes.http import HttpProbe
from gonogo.settings import MetricSettings


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of `total` things were `events`, such as refused plans of all plans created.

    Attributes:
        subject: What was counted, as a reader would say it.
        events, total: Whole numbers, 0 <= events <= total.
        min_samples: How many the total must be before the rate says anything (of the environment file).
        source, query: Where it comes from, and what was asked there.
        at: When, RFC 3339 in UTC.
    """

    subject: str
    events: int
    total: int
    min_samples: int = 1
    source: str = "metrics"
    query: str = ""
    at: str = field(default_factory=now)


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
        number = _number(name, reference, found)
        value = _whole(name, reference, number) if settings.unit == "count" else number
        return Measurement(name, value, settings.unit, source=self.source, query=reference)

    def _rate(self, name: str, settings: MetricSettings, events: str, total: str) -> Rate:
        counted = zip((events, total), self._fetch(name, events, total), strict=True)
        part, whole = (_whole(name, reference, _number(name, reference, found)) for reference, found in counted)
        query = f"{events} of {total}"
        if part > whole:
            raise Inconclusive(
                f"{name}: {part} events of {whole} in total [metrics: {query}]; they do not belong together"
            )
        return Rate(name, part, whole, settings.min_samples, self.source, query)

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


def _number(name: str, reference: str, found: Any) -> int | float:
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        raise Inconclusive(f"{name}: {found!r} at {reference} is no number")
    if found < 0:
        raise Inconclusive(f"{name}: {found} at {reference} is negative; the counter is not to be trusted")
    return found


def _whole(name: str, reference: str, number: int | float) -> int:
    if number != int(number):
        raise Inconclusive(f"{name}: {number} at {reference} is not whole, though it counts something")
    return int(number)
