"""Figures from Prometheus text that the target itself serves, scraped at two instants."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from gonogo.evidence import Evidence
from gonogo.metric_settings import ExpositionSettings, MetricSettings
from gonogo.outcome import Inconclusive, Missed, Unverified
from gonogo.probes.http import HttpProbe
from gonogo.probes.metrics.course import rfc3339
from gonogo.probes.metrics.exposition_figures import SOURCE, asked_of, of_kind, query_of, sound
from gonogo.probes.metrics.figures import Figure
from gonogo.probes.metrics.histogram import Reset
from gonogo.probes.metrics.snapshot import Snapshot

if TYPE_CHECKING:
    from gonogo.target import Target

_ACCEPTED = "text/plain;version=0.0.4"
_TYPES = ("text/plain", "application/openmetrics-text")
_OLDEST_S = 60


class ExpositionSource:
    """Scrapes a path of the target; all figures between two scrapes rest on one process that ran through.

    Args:
        http, evidence: Of the target.
        pause: Waits for so many seconds between the scrapes.
    """

    source = SOURCE

    def __init__(self, http: HttpProbe, evidence: Evidence, pause: Callable[[float], None] = time.sleep) -> None:
        self._http = http
        self._evidence = evidence
        self._pause = pause

    def read(self, name: str, settings: MetricSettings) -> Figure:
        """Scrape, wait for the window, scrape again, and return the figure `name` between the two.

        Raises:
            Unverified: If there is no answer, or it is no exposition.
            Inconclusive: If it cannot be read in bounds, the metric is absent, or a counter began anew.
        """
        asked = asked_of(settings)
        before = self.scrape(name, asked)
        if before.kinds.get(asked.metric) == "gauge":
            return self.between(name, settings, before, before)
        self._pause(asked.window_s)
        return self.between(name, settings, before, self.scrape(name, asked))

    def scrape(self, name: str, asked: ExpositionSettings) -> Snapshot:
        """Return the exposition as it is now; raises as `read` does."""
        at, clock_s = time.time(), time.monotonic()
        try:
            reply = self._http.request("GET", asked.path, headers={"Accept": _ACCEPTED})
        except Missed as failure:
            raise Inconclusive(f"{name}: {failure}; without a whole exposition there is no figure") from None
        if reply.status != 200 or reply.media_type not in _TYPES:
            to = f" to {reply.headers['location'].partition('?')[0]}" if "location" in reply.headers else ""
            raise Unverified(
                f"{name}: {reply.request}: status {reply.status}{to} with {reply.media_type or 'no type'}, required "
                "200 with text/plain; is it the path of the metrics, and is the token accepted?"
            )
        try:
            return Snapshot.parse(reply.text, at, clock_s)
        except (ValueError, KeyError, IndexError) as error:
            said = self._evidence.scrub(str(error)[:200])
            raise Inconclusive(f"{name}: {reply.request}: no Prometheus text: {said}; mend the exposition") from None

    def between(self, name: str, settings: MetricSettings, before: Snapshot, after: Snapshot) -> Figure:
        """Return the figure `name` of what happened between two scrapes; raises as `read` does."""
        asked = asked_of(settings)
        place = f"{name}: [{self.source}: {query_of(asked)}]"
        try:
            kind = after.kind(asked.metric)
        except KeyError as absent:
            raise Inconclusive(
                f"{place} absent, which is not zero: {absent.args[0]}; it may have been renamed"
            ) from None
        self._keep(name, asked, before, after)
        sound(place, asked, before, after)
        try:
            return replace(of_kind(kind, name, settings, before, after), at=rfc3339(after.at))
        except Reset:
            raise Inconclusive(
                f"{place} a counter fell or vanished: it was reset, and what it had counted is lost"
            ) from None
        except ValueError as error:
            raise Inconclusive(f"{place} {error}; look at the target's buckets and labels") from None

    def close(self) -> None:
        """Nothing to give back: the HTTP probe belongs to the target."""

    def _keep(self, name: str, asked: ExpositionSettings, before: Snapshot, after: Snapshot) -> None:
        """Keep every series of the metric at both instants."""
        names = [key for key in after.samples if key.startswith(asked.metric)]
        both = [
            {"at": rfc3339(one.at), "series": {key: _shown(one, key, asked) for key in names}}
            for one in (before, after)
        ]
        self._evidence.add(f"exposition {name}", json.dumps(both, indent=1), "application/json", ".json")


def of_target(target: "Target") -> ExpositionSource:
    """Return the source for one target."""
    return target.exposition


def _shown(snapshot: Snapshot, name: str, asked: ExpositionSettings) -> dict[str, str]:
    found = snapshot.series(name, asked.labels)
    return {" ".join(f"{key}={value}" for key, value in sorted(labels)): str(value) for labels, value in found.items()}
