"""Evaluating alerting rules: what is pending, what fires, and since when.

Source: AlertingRule.Eval in rules/alerting.go of Prometheus.
"""

import asyncio
import math
import time
from dataclasses import dataclass
from typing import Literal

from hermetic.docflow.observing.own.configuration import Group, Rule
from hermetic.docflow.observing.own.scraping import now
from hermetic.docflow.observing.own.store import Store
from hermetic.docflow.observing.promql.evaluation import Evaluation
from hermetic.docflow.observing.promql.labels import NAME, Labels, dropped, made
from hermetic.docflow.observing.promql.words import Failed

State = Literal["inactive", "pending", "firing"]
STATES: tuple[State, ...] = ("inactive", "pending", "firing")


@dataclass
class Alert:
    """One series for which a rule's query gives something; `since` in ms."""

    labels: Labels
    value: float
    since: int
    state: State = "pending"


class Watch:
    """A rule, and the alerts that have come of it."""

    def __init__(self, rule: Rule, store: Store) -> None:
        self.rule = rule
        self.alerts: dict[Labels, Alert] = {}
        self.error = ""
        self.evaluated = 0
        self.took_s = 0.0
        self._store = store
        self._written: set[Labels] = set()

    @property
    def state(self) -> State:
        """The most pressing state of its alerts."""
        return max((alert.state for alert in self.alerts.values()), key=STATES.index, default="inactive")

    @property
    def health(self) -> str:
        return "unknown" if not self.evaluated else "err" if self.error else "ok"

    def evaluate(self, at: int) -> None:
        """Evaluate the query at a moment in ms; an error leaves the alerts as they are."""
        began = time.perf_counter()
        try:
            found = Evaluation(self._store, at).vector(self.rule.query)
            self.error = ""
        except Failed as error:
            self.error = str(error)
        else:
            self._heed({self._labels(sample.labels): sample.value for sample in found}, at)
        self.evaluated, self.took_s = at, time.perf_counter() - began

    def _labels(self, found: Labels) -> Labels:
        return made([*dropped(found), *self.rule.labels.items(), ("alertname", self.rule.name)])

    def _heed(self, found: dict[Labels, float], at: int) -> None:
        self.alerts = {
            labels: self.alerts.get(labels, Alert(labels, value, since=at)) for labels, value in found.items()
        }
        for labels, alert in self.alerts.items():
            alert.value = found[labels]
            if at - alert.since >= self.rule.hold_ms:
                alert.state = "firing"
        self._write(at)

    def _write(self, at: int) -> None:
        """Write the series ALERTS and ALERTS_FOR_STATE."""
        shown = {made([*one.labels, (NAME, "ALERTS"), ("alertstate", one.state)]): 1.0 for one in self.alerts.values()}
        shown |= {
            made([*one.labels, (NAME, "ALERTS_FOR_STATE")]): float(one.since // 1000) for one in self.alerts.values()
        }
        for labels, value in shown.items():
            self._store.add(labels, at, value)
        for labels in self._written - set(shown):
            self._store.add(labels, at, math.nan, end=True)
        self._written = set(shown)


class Evaluator:
    """A group of rules, evaluated one after the other each interval, until it is cancelled."""

    def __init__(self, group: Group, store: Store) -> None:
        self.group = group
        self.watches = [Watch(rule, store) for rule in group.rules]
        self.evaluated = 0

    async def run(self) -> None:
        while True:
            self.evaluated = now()
            for watch in self.watches:
                watch.evaluate(self.evaluated)
            await asyncio.sleep(self.group.interval_ms / 1000)
