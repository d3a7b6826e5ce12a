"""Alerting rules of Prometheus: what they watch, whether they are evaluated, and when they fire."""

import re
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gonogo.measurement import Measurement
from gonogo.outcome import Inconclusive, Missed, Unverified
from gonogo.probes.metrics.prometheus_api import PrometheusApi
from gonogo.promql import parse

_PAUSE_S = 0.5
_LIMIT = re.compile(r"(==|!=|<=|>=|<|>)\s*(?:bool\s+)?(-?[\d.]+(?:[eE][+-]?\d+)?)\s*$")
_EVALUATIONS = 4
"""A rule that was not evaluated for this many intervals of its group is no longer evaluated."""
PATIENCE_S = 10.0
"""It is looked at for as long again, and at least so long: a busy rule manager catches up, a dead one does not."""


@dataclass(frozen=True, slots=True)
class AlertRule:
    """One alerting rule as Prometheus tells it.

    Attributes:
        name: Its name; several rules may share it.
        query: What it asks, as Prometheus writes it.
        for_s: How long the query must hold before it fires, in seconds.
        labels: Its own labels, such as severity.
        state: "inactive", "pending" or "firing".
        health: "ok", "err" or "unknown"; `error` says what is wrong.
        evaluated: When it was last evaluated, Unix time; 0 if never.
        interval_s: How often its group is evaluated, in seconds.
    """

    name: str
    query: str
    for_s: float
    labels: dict[str, str]
    state: str
    health: str
    error: str
    evaluated: float
    interval_s: float

    @property
    def limit(self) -> tuple[str, float] | None:
        """Operator and number at the end of the query, such as (">", 0.2); None if it does not end so."""
        found = _LIMIT.search(self.query)
        return (found[1], float(found[2])) if found else None

    def asks(self, query: str) -> bool:
        """Return whether it asks the same as `query`, however it is spaced."""
        return [token.text for token in parse(self.query).tokens] == [token.text for token in parse(query).tokens]


class RuleProbe:
    """Asks one Prometheus about its alerting rules."""

    def __init__(self, api: PrometheusApi) -> None:
        self._api = api

    def rule(self, name: str) -> AlertRule:
        """Return the alerting rule `name`, as it is evaluated now; waits for a while until it is.

        Raises:
            Missed: If there is none of that name.
            Inconclusive: If it fails, was not evaluated lately, or several have the name: its state then says nothing.
            Unverified: As `PrometheusApi.instant` says.
        """
        rule, doubt = self._look(name)
        ends = time.monotonic() + max(_EVALUATIONS * rule.interval_s, PATIENCE_S)
        while doubt and time.monotonic() < ends:
            time.sleep(_PAUSE_S)
            rule, doubt = self._look(name)
        if doubt:
            raise Inconclusive(doubt)
        return rule

    def _look(self, name: str) -> tuple[AlertRule, str]:
        """Return the rule, and why its state says nothing at this moment, "" if it does."""
        (moment,) = self._api.instant("time()")  # before the rules: what comes between them makes no rule look old
        rule = self._one(name)
        if rule.health == "err":
            raise Inconclusive(f"{self._api.name}: the rule {rule.name!r} fails: {rule.error[:200]}; mend it")
        return rule, self._unevaluated(rule, moment.value)

    def _one(self, name: str) -> AlertRule:
        alike = [_rule(found) for found in self._api.rules() if found.get("name") == name]
        if not alike:
            raise Missed(f"{self._api.name}: there is no alerting rule {name!r}; no alert can come of it, load it")
        if len(alike) > 1:
            raise Inconclusive(
                f"{self._api.name}: {len(alike)} alerting rules have the name {name!r}; give each its own"
            )
        return alike[0]

    def fires_within(self, name: str, seconds: float) -> Measurement:
        """Wait until the rule `name` fires, and return after how many seconds it did.

        Raises:
            Missed: If there is no such rule, or it does not fire in time; says in which state it was.
            Inconclusive, Unverified: As `rule` says.
        """
        began = time.monotonic()
        while (state := self.rule(name).state) != "firing":
            left = began + seconds - time.monotonic()
            if left <= 0:
                raise Missed(
                    f"{self._api.name}: the alert {name!r} is {state} after {seconds:g} s, required firing; look at "
                    "its query and at how long it must hold (for)"
                )
            time.sleep(min(_PAUSE_S, left))
        waited = time.monotonic() - began
        return Measurement(f"time until the alert {name!r} fired", waited, "s", source="prometheus", query=name)

    def silences(self, name: str) -> tuple[str, ...]:
        """Return what silences the alert `name` now: until when, and why; raises as `PrometheusApi.silences` does.

        While one is on, nobody hears of the alert, and that nobody was alarmed says nothing.
        """
        on = [one for one in self._api.silences() if _silences(one.get("matchers", []), name)]
        return tuple(f"until {one.get('endsAt', '?')}: {one.get('comment', '')}" for one in on)

    def _unevaluated(self, rule: AlertRule, moment: float) -> str:
        age = moment - rule.evaluated
        if rule.health == "ok" and age <= _EVALUATIONS * rule.interval_s:
            return ""
        when = f"{age:.0f} s ago" if rule.evaluated > 0 else "never"
        return (
            f"{self._api.name}: the rule {rule.name!r} was last evaluated {when}, and is due each "
            f"{rule.interval_s:g} s (health {rule.health}); its silence says nothing, look at the rule manager"
        )


def _silences(matchers: list[dict[str, Any]], name: str) -> bool:
    """Return whether matchers may cover the alert `name`: those of other labels are taken to match."""
    for one in matchers:
        if one.get("name") == "alertname":
            value = str(one.get("value", ""))
            same = re.fullmatch(value, name) is not None if one.get("isRegex") else value == name
            if same != one.get("isEqual", True):
                return False
    return True


def _rule(found: dict[str, Any]) -> AlertRule:
    try:
        return AlertRule(
            name=str(found["name"]),
            query=str(found["query"]),
            for_s=float(found.get("duration", 0)),
            labels={str(key): str(value) for key, value in found.get("labels", {}).items()},
            state=str(found["state"]),
            health=str(found["health"]),
            error=str(found.get("lastError", "")),
            evaluated=_unix(str(found.get("lastEvaluation", ""))),
            interval_s=float(found["interval"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unverified(f"Prometheus: an alerting rule cannot be read ({type(error).__name__}: {error})") from None


def _unix(text: str) -> float:
    """Return Go's RFC 3339 with nanoseconds as Unix time; its zero time, and nothing, as 0."""
    if not text or text.startswith("0001-"):
        return 0.0
    return datetime.fromisoformat(re.sub(r"\.(\d{6})\d*", r".\1", text)).timestamp()
