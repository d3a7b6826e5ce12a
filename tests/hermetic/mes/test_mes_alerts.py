"""Alert rules at, below and above their thresholds."""

import pytest

from hermetic.mes.alerts_table import ALERTS
from hermetic.mes.domain.alerts import METRICS, Event, Facts, evaluate, response_p95


def facts(*events: Event, plans: int = 100, on_fallback: int = 0) -> Facts:
    return Facts(events, {"creation": 20.0}, plans, on_fallback, without_steps=0, with_problems=0)


def creations(count: int, invalid: int, duration_ms: float = 20.0) -> list[Event]:
    return [Event("creation", "invalid" if number < invalid else "ok", duration_ms) for number in range(count)]


RULE = {"metric": "validation_error_rate", "threshold": 0.05}


@pytest.mark.parametrize(("invalid", "state"), [(4, "ok"), (5, "ok"), (6, "firing")])
def test_an_alert_fires_only_above_its_threshold(invalid: int, state: str) -> None:
    assert evaluate(RULE, facts(*creations(100, invalid)))["state"] == state


def test_without_events_a_rate_is_neither_quiet_nor_firing() -> None:
    assert evaluate(RULE, facts())["state"] == "no_data"


def test_a_rate_has_its_own_kind_as_denominator() -> None:
    assert evaluate(RULE, facts(*creations(10, 1), *[Event("start", "partial", 1.0)] * 90))["value"] == 0.1


def test_the_response_ratio_compares_with_the_baseline_of_the_kind() -> None:
    assert METRICS["response_time_ratio"](facts(*creations(5, 0, 40.0), Event("unknown", "ok", 9e9))) == 2.0


def test_the_p95_is_the_nearest_rank() -> None:
    assert response_p95(facts(*[Event("read", "ok", float(number)) for number in range(1, 101)])) == 95.0


def test_the_share_of_fallback_plans_needs_plans() -> None:
    assert METRICS["fallback_share"](facts(plans=0)) is None
    assert METRICS["fallback_share"](facts(on_fallback=6)) == 0.06


def test_every_definition_names_a_metric_that_exists_and_itself_only() -> None:
    assert {alert.metric for alert in ALERTS} <= set(METRICS)
    assert len({alert.name for alert in ALERTS}) == len(ALERTS)
