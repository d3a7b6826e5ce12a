"""Alerting rules: silence only counts when the rule is there, is evaluated, and nobody has silenced it."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from fault_rig import Rig
from probe_kit import PATIENCE_S
from prometheus_rig import PrometheusRig

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.metric_settings import PrometheusSettings
from gonogo.outcome import Inconclusive, Missed, Unverified
from gonogo.probes.metrics.prometheus_api import PrometheusApi
from gonogo.probes.metrics.rules import RuleProbe


@pytest.fixture
def rules(rig: Rig, guard: Guard, evidence: Evidence) -> RuleProbe:
    PrometheusRig(rig)
    settings = PrometheusSettings(url=rig.url, alertmanager=rig.url, deadline_s=PATIENCE_S)
    return RuleProbe(PrometheusApi("docflow", settings, guard, evidence, "run-1"))


def rule(**more: Any) -> dict[str, Any]:
    evaluated = datetime.fromtimestamp(time.time() - 10, UTC).isoformat().replace("+00:00", "789Z")
    return {
        "name": "SlowApi",
        "query": 'job:p95{env="prod"} > 0.2',
        "duration": 300,
        "labels": {"severity": "page"},
        "state": "inactive",
        "health": "ok",
        "lastEvaluation": evaluated,
        **more,
    }


def load(rig: Rig, *loaded: dict[str, Any], interval: float = 15) -> None:
    group = {"name": "canary", "interval": interval, "rules": list(loaded)}
    rig.reply("/api/v1/rules", json.dumps({"status": "success", "data": {"groups": [group]}}))


def then(rig: Rig, first: dict[str, Any], second: dict[str, Any]) -> None:
    """Tell of the first rule once, and of the second from then on."""
    load(rig, first)
    once = rig.behaviours["/api/v1/rules"]
    load(rig, second)
    later = rig.behaviours["/api/v1/rules"]

    def change(connection: Any) -> bool:
        rig.behaviours["/api/v1/rules"] = later
        return once(connection)

    rig.behaviours["/api/v1/rules"] = change


def test_a_rule_is_told_as_it_is(rules: RuleProbe, rig: Rig) -> None:
    load(rig, rule())

    found = rules.rule("SlowApi")

    assert (found.state, found.for_s, found.limit, found.interval_s) == ("inactive", 300, (">", 0.2), 15)
    assert found.asks('job:p95{ env = "prod" }>0.2  # as in the plan')
    assert not found.asks('job:p95{env="staging"} > 0.2')
    assert 9 < time.time() - found.evaluated < 10 + PATIENCE_S


@pytest.mark.parametrize(
    ("query", "limit"),
    [("up == 0", ("==", 0.0)), ("a > bool 1e3", (">", 1000.0)), ("absent(up)", None), ("a > b", None)],
)
def test_the_limit_is_what_a_query_ends_with(
    rules: RuleProbe, rig: Rig, query: str, limit: tuple[str, float] | None
) -> None:
    load(rig, rule(query=query))

    assert rules.rule("SlowApi").limit == limit


def test_e22_a_rule_that_is_not_there(rules: RuleProbe, rig: Rig) -> None:
    load(rig, rule(name="Other"))

    with pytest.raises(Missed, match="there is no alerting rule 'SlowApi'; no alert can come of it"):
        rules.rule("SlowApi")


NEW = {"health": "unknown", "lastEvaluation": "0001-01-01T00:00:00Z"}
OLD = {"lastEvaluation": "2026-01-01T00:00:00.123456789Z"}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"health": "err", "lastError": "many-to-many"}, "the rule 'SlowApi' fails: many-to-many; mend it"),
        (NEW, "was last evaluated never, .*health unknown"),
        (OLD, r"was last evaluated \d+ s ago, and is due each 0\.1 s"),
    ],
)
def test_e22_a_rule_that_is_not_evaluated(
    rules: RuleProbe, rig: Rig, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any], says: str
) -> None:
    monkeypatch.setattr("gonogo.probes.metrics.rules.PATIENCE_S", 1.0)
    load(rig, rule(**more), interval=0.1)

    with pytest.raises(Inconclusive, match=says):
        rules.rule("SlowApi")


@pytest.mark.parametrize("before", [NEW, OLD])
def test_a_rule_that_is_evaluated_a_little_later_is_waited_for(
    rules: RuleProbe, rig: Rig, before: dict[str, Any]
) -> None:
    then(rig, rule(**before), rule())

    assert rules.rule("SlowApi").health == "ok"


def test_the_time_by_which_a_rule_is_old_is_asked_before_the_rule(rules: RuleProbe, rig: Rig) -> None:
    load(rig, rule())
    rules.rule("SlowApi")

    assert [asked.split()[1].partition("?")[0] for asked in rig.asked] == ["/api/v1/query", "/api/v1/rules"]


def test_two_rules_of_one_name(rules: RuleProbe, rig: Rig) -> None:
    load(rig, rule(), rule(state="firing"))

    with pytest.raises(Inconclusive, match="2 alerting rules have the name 'SlowApi'; give each its own"):
        rules.rule("SlowApi")


@pytest.mark.parametrize("broken", [{"state": None}, {"query": None}, {"duration": "long"}, {"labels": 7}])
def test_a_rule_that_cannot_be_read(rules: RuleProbe, rig: Rig, broken: dict[str, Any]) -> None:
    found = rule(**broken)
    load(rig, {key: value for key, value in found.items() if value is not None})

    with pytest.raises(Unverified, match="an alerting rule cannot be read"):
        rules.rule("SlowApi")


def test_an_alert_that_fires_in_time_is_measured(rules: RuleProbe, rig: Rig) -> None:
    then(rig, rule(state="pending"), rule(state="firing"))

    waited = rules.fires_within("SlowApi", PATIENCE_S)

    assert 0.4 < float(waited.value or 0) < PATIENCE_S
    assert (waited.unit, waited.source) == ("s", "prometheus")


def test_an_alert_that_does_not_fire_in_time_is_missed(rules: RuleProbe, rig: Rig) -> None:
    load(rig, rule(state="pending"))

    with pytest.raises(
        Missed, match=r"the alert 'SlowApi' is pending after 0\.2 s, required firing; look at its query"
    ):
        rules.fires_within("SlowApi", 0.2)


def silence(state: str = "active", **matcher: Any) -> dict[str, Any]:
    given = {"name": "alertname", "value": "SlowApi", "isRegex": False, "isEqual": True, **matcher}
    return {"status": {"state": state}, "endsAt": "2026-12-01T00:00:00Z", "comment": "load test", "matchers": [given]}


@pytest.mark.parametrize(
    ("one", "silenced"),
    [
        (silence(), True),
        (silence(value="Slow.*", isRegex=True), True),
        (silence(name="env", value="prod"), True),
        (silence(state="expired"), False),
        (silence(value="Other"), False),
        (silence(isEqual=False), False),
    ],
)
def test_e22_silences_are_told(rules: RuleProbe, rig: Rig, one: dict[str, Any], silenced: bool) -> None:
    rig.reply("/api/v2/silences", json.dumps([one]))

    assert bool(rules.silences("SlowApi")) is silenced


def test_a_silence_says_until_when_and_why(rules: RuleProbe, rig: Rig) -> None:
    rig.reply("/api/v2/silences", json.dumps([silence()]))

    assert rules.silences("SlowApi") == ("until 2026-12-01T00:00:00Z: load test",)


def test_without_an_alertmanager_nothing_is_said_of_silences(rig: Rig, guard: Guard, evidence: Evidence) -> None:
    api = PrometheusApi("docflow", PrometheusSettings(url=rig.url), guard, evidence, "run-1")

    with pytest.raises(Unverified, match=r"no alertmanager in \[targets.docflow.prometheus\]; add its URL"):
        RuleProbe(api).silences("SlowApi")
