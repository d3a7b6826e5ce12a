"""Whether what Prometheus says is about now, about all instances, and about one life of each counter."""

import time

from gonogo.metric_settings import PrometheusSettings
from gonogo.outcome import Inconclusive
from gonogo.probes.metrics.prometheus_api import PrometheusApi
from gonogo.promql import Query, Selector, parse


class Freshness:
    """Asks one Prometheus about the series behind a figure; each method raises Inconclusive where one is in doubt."""

    def __init__(self, api: PrometheusApi, settings: PrometheusSettings) -> None:
        self._api = api
        self._settings = settings

    def moment(self, name: str) -> float:
        """Return the server's present, Unix time; Inconclusive if its clock is too far from ours."""
        began = time.time()
        (found,) = self._api.instant("time()")
        ended, theirs = time.time(), found.value
        off = max(began - theirs, theirs - ended, 0.0)
        if off > self._settings.max_skew_s:
            raise Inconclusive(
                f"{name}: the clock of {self._api.name} is {off:.0f} s from ours, allowed "
                f"{self._settings.max_skew_s:g} s (max_skew_s); windows would be elsewhere than they seem; set the "
                "clocks"
            )
        return theirs

    def up(self, name: str, window_s: float | None, moment: float) -> None:
        """Demand that every instance was scraped over the whole window, and that there are as many as there must be."""
        if self._settings.up is None:
            return
        (selector,) = parse(parse(self._settings.up).with_labels(self._settings.labels)).selectors
        window = max(window_s or 0, self._settings.max_age_s)
        found = self._api.instant(f"min_over_time({selector}[{round(window * 1000)}ms])", moment)
        present = self._api.instant(str(selector), moment)
        if not present:
            raise Inconclusive(
                f"{name}: there is no series {selector}: the target is not scraped at all, or under other labels; "
                "mend up, or the scrape configuration"
            )
        down = [str(one) for one in found if one.value != 1]
        if down:
            raise Inconclusive(
                f"{name}: {len(down)} of {len(found)} instances could not be scraped at times in the last {window:g} "
                f"s: {', '.join(down[:4])}; find out why, and wait until the window is whole"
            )
        if self._settings.instances is not None and len(present) < self._settings.instances:
            raise Inconclusive(
                f"{name}: {len(present)} instances report ({selector}), required {self._settings.instances} "
                "(instances); one that is missing may be the bad one"
            )

    def every(self, name: str, query: Query, moment: float) -> None:
        """Demand that each series that the query asks for has a sample that is young enough."""
        for selector in _distinct(query):
            found = self._api.instant(f"time() - min(timestamp({selector}))", moment)
            if not found:
                raise self.absent(name, query, moment)
            if not found[0].value <= self._settings.max_age_s:
                raise Inconclusive(
                    f"{name}: the latest sample of {selector} is {found[0].value:.0f} s old, allowed "
                    f"{self._settings.max_age_s:g} s (max_age_s); its scrape has stopped, find out why"
                )

    def no_reset(self, name: str, query: Query, moment: float) -> None:
        """Demand that no counter of the query began anew within its range."""
        for selector in _distinct(query):
            if selector.range_s is None or selector.functions[-1:] not in (("rate",), ("increase",), ("irate",)):
                continue
            found = self._api.instant(f"sum(resets({selector.over()}))", moment)
            if found and found[0].value > 0:
                raise Inconclusive(
                    f"{name}: {selector} was reset {found[0].value:.0f} times in {selector.range_s:g} s: a process "
                    "began anew, and what it counted last is lost; find out why, and wait until the window is whole"
                )

    def absent(self, name: str, query: Query, moment: float) -> Inconclusive:
        """Return what to say about a query that gives nothing: which series is missing, and why it may be."""
        for selector in _distinct(query):
            window = selector.over() if selector.range_s else f"{selector}[5m]"
            found = self._api.instant(f"max(count_over_time({window}))", moment)
            if not found:
                return Inconclusive(
                    f"{name}: absent, which is not zero: no sample of {window}; it was renamed, is not scraped, or its "
                    "labels match nothing"
                )
            if selector.range_s and found[0].value < 2:
                return Inconclusive(
                    f"{name}: the range of {window} holds {found[0].value:.0f} scrape, and a rate needs two; wait, or "
                    "give a longer range"
                )
        return Inconclusive(
            f"{name}: absent, which is not zero: every series is there, but {query.text} gives nothing; labels of "
            "its two sides do not match, or their scrapes have just stopped"
        )

    def began_before(self, name: str, query: Query, moment: float) -> None:
        """Demand that each series family was there when the window began."""
        for selector in _distinct(query):
            if not self._api.instant(f"count({selector} offset {round((selector.range_s or 0) * 1000)}ms)", moment):
                if not self._api.instant(f"count({selector})", moment):
                    raise self.absent(name, query, moment)
                raise Inconclusive(
                    f"{name}: {selector} is younger than its range of {selector.range_s:g} s; wait until the window "
                    "is whole"
                )

    def born(self, query: Query, moment: float) -> float:
        """Return what series that began within the window held when first seen, which increase() does not count."""
        asked = (
            f"sum(min_over_time({one.over()}) unless {one} offset {round((one.range_s or 0) * 1000)}ms)"
            for one in query.selectors
        )
        return sum(found[0].value for text in asked if (found := self._api.instant(text, moment)))

    def absent_for_good_reason(self, name: str, events: Query, total: Query, moment: float) -> None:
        """Demand, where there are no events, that nothing else than their absence can be the reason.

        The events must be of the total's own metric, and the labels that tell them apart must be there.
        """
        family = {one.name: one for one in total.selectors}
        for one in events.selectors:
            if one.name not in family:
                raise self.absent(name, events, moment)
            for label in sorted(one.labels - family[one.name].labels):
                alike = Selector(one.name, (*family[one.name].matchers, (label, "!=", '""')), None, (), 0, 0)
                if not self._api.instant(f"count({alike})", moment):
                    raise Inconclusive(
                        f"{name}: no series {alike}: {one.name} has no label {label!r}, so that {one} can match "
                        "nothing; it was renamed, and no events are not zero events"
                    )


def _distinct(query: Query) -> list[Selector]:
    """Return one selector for each text."""
    return list({one.over(): one for one in query.selectors}.values())
