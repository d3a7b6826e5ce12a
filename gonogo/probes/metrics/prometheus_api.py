"""The HTTP API of Prometheus, read strictly: an answer that is partial, odd or from somebody else is never a figure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.metric_settings import PrometheusSettings
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.metrics.prometheus_wire import PrometheusWire
from gonogo.probes.reply import Reply

_MEANINGS = {
    "bad_data": "it does not understand the query; mend it in the environment file",
    "timeout": "the query took it too long; shorten its range, or ask a recording rule",
    "canceled": "it gave the query up; ask again",
    "execution": "it could not evaluate the query; mend it in the environment file",
    "unavailable": "it is not ready; wait until it is",
    "internal": "look into its log",
    "not_found": "look at the URL",
}


@dataclass(frozen=True, slots=True)
class Series:
    """One series of an answer: its labels, and its points as (Unix time, value), in order; values may be NaN."""

    labels: Mapping[str, str]
    points: tuple[tuple[float, float], ...]

    @property
    def value(self) -> float:
        """The latest value."""
        return self.points[-1][1]

    def __str__(self) -> str:
        return "{" + ", ".join(f'{key}="{value}"' for key, value in sorted(self.labels.items())) + "}"


class PrometheusApi:
    """Asks one Prometheus, or what speaks its API."""

    def __init__(
        self, target: str, settings: PrometheusSettings, guard: Guard, evidence: Evidence, run_id: str
    ) -> None:
        self._wire = PrometheusWire(target, settings, guard, evidence, run_id)
        self.name, self._place = self._wire.name, self._wire.place
        self._settings = settings
        self._evidence = evidence

    def instant(self, query: str, at: float | None = None) -> tuple[Series, ...]:
        """Return what `query` gives at the Unix time `at`; at the server's present without one.

        Raises:
            GuardRefused: If it is not an allowed host.
            Unverified: If it does not answer, not as Prometheus does, or with an error.
            Inconclusive: If it warns that the answer is not whole or not sound.
        """
        data = self._query("/api/v1/query", query, {} if at is None else {"time": f"{at:.3f}"})
        if data.get("resultType") == "scalar":
            return (Series({}, (self._point(data.get("result")),)),)
        return tuple(Series(self._labels(one), (self._point(one.get("value")),)) for one in self._list(data, "vector"))

    def range(self, query: str, start: float, end: float, step_s: float) -> tuple[Series, ...]:
        """Return what `query` gives from `start` to `end` (Unix time) each `step_s`; raises as `instant` does."""
        times = {"start": f"{start:.3f}", "end": f"{end:.3f}", "step": f"{step_s:g}"}
        data = self._query("/api/v1/query_range", query, times)
        return tuple(
            Series(self._labels(one), tuple(self._point(point) for point in one.get("values", ())))
            for one in self._list(data, "matrix")
        )

    def rules(self) -> list[dict[str, Any]]:
        """Return every alerting rule, each with the `interval` of its group; raises as `instant` does."""
        groups = self._data("/api/v1/rules", {"type": "alert"}).get("groups")
        if not isinstance(groups, list):
            raise self._odd("rules without groups")
        return [{**rule, "interval": group.get("interval", 0)} for group in groups for rule in group.get("rules", ())]

    def silences(self) -> list[dict[str, Any]]:
        """Return every silence that is active in its Alertmanager; Unverified if none is configured or it fails."""
        if self._settings.alertmanager is None:
            raise Unverified(f"{self.name}: no alertmanager in {self._place}; add its URL, silences are read there")
        reply, found = self._wire.ask(self._settings.alertmanager, "/api/v2/silences", {})
        if reply.status != 200 or not isinstance(found, list):
            raise self._odd(f"{reply.request}: status {reply.status} without a list")
        return [one for one in found if one.get("status", {}).get("state") == "active"]

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def _query(self, path: str, query: str, more: Mapping[str, str]) -> dict[str, Any]:
        return self._data(path, {"query": query, **more})

    def _data(self, path: str, params: Mapping[str, str]) -> dict[str, Any]:
        reply, document = self._wire.ask(self._settings.url, path, params)
        if not isinstance(document, dict) or "status" not in document:
            raise self._odd(f"{reply.request} without a status")
        if document.get("status") != "success":
            kind, said = str(document.get("errorType", "none")), str(document.get("error", ""))[:300]
            remedy = _MEANINGS.get(kind, f"check {self._place}")
            raise Unverified(self._evidence.scrub(f"{self.name}: {reply.request}: error {kind}: {said}; {remedy}"))
        self._heed(reply, document)
        data = document.get("data")
        if not isinstance(data, dict):
            raise self._odd("success without data")
        return data

    def _heed(self, reply: Reply, document: Mapping[str, Any]) -> None:
        notes = [str(note) for key in ("warnings", "infos") for note in document.get(key) or ()]
        open_ = [note for note in notes if not any(part in note for part in self._settings.accepted)]
        if open_:
            raise Inconclusive(
                f"{self.name}: {reply.request} came with a warning: {self._evidence.scrub('; '.join(open_)[:300])}; "
                "the answer may be partial or not what it seems; mend the cause, or name the warning in accepted of "
                f"{self._place}"
            )

    def _list(self, data: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
        found = data.get("result")
        if data.get("resultType") != kind or not isinstance(found, list):
            raise self._odd(f"a result of the type {data.get('resultType')!r}, required {kind!r}")
        return found

    def _labels(self, one: Mapping[str, Any]) -> dict[str, str]:
        if "histogram" in one or "histograms" in one:
            raise Unverified(f"{self.name}: the answer is a native histogram; ask for a quantile or a count of it")
        return {str(key): str(value) for key, value in one.get("metric", {}).items()}

    def _point(self, found: Any) -> tuple[float, float]:
        try:
            at, value = found
            return float(at), float(value)
        except (TypeError, ValueError):
            raise self._odd(f"a point {str(found)[:60]!r}, required [time, value]") from None

    def _odd(self, what: str) -> Unverified:
        return Unverified(f"{self.name}: answered with {what}; that is not Prometheus' API, check url of {self._place}")
