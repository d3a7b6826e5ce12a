"""Alerts are read in base units, and an alert that is not there is missed."""

from typing import Any

import pytest

from gonogo.outcome import Missed, Unverified
from systems.mes.alerts import Alert, above, parse_alerts


def entry(metric: str, threshold: float, **more: Any) -> dict[str, Any]:
    return {"name": metric, "metric": metric, "operator": ">", "threshold": threshold, "chapter": "KPI table", **more}


def alerts(*entries: dict[str, Any]) -> list[Alert]:
    return parse_alerts({"alerts": list(entries)})


def test_thresholds_and_values_are_in_base_units() -> None:
    (alert,) = alerts(entry("response_time_p95_ms", 750, value=812.0, state="firing"))
    assert (alert.threshold, alert.value, alert.unit, alert.state) == (0.75, 0.812, "s", "firing")


def test_an_alert_is_found_by_figure_threshold_and_chapter() -> None:
    found = alerts(
        entry("validation_error_rate", 0.05, chapter="Phase 4 alerts", name="a"),
        entry("validation_error_rate", 0.05, name="b"),
        entry("validation_error_rate", 0.01, name="c"),
    )
    assert above(found, "validation error rate", 0.05, "KPI table").name == "b"
    assert above(found, "validation error rate", 0.01).name == "c"


def test_another_threshold_is_missed_with_those_that_there_are() -> None:
    with pytest.raises(Missed, match=r"no alert on the validation error rate at 0.01 .*at 0.05"):
        above(alerts(entry("validation_error_rate", 0.05)), "validation error rate", 0.01)


@pytest.mark.parametrize("document", [{"alerts": []}, {}, []])
def test_without_any_alert_each_is_missed(document: Any) -> None:
    with pytest.raises(Missed, match="none on it at all"):
        above(parse_alerts(document), "response time", 2.0)


def test_a_figure_that_nobody_watches_is_a_question_about_the_asking() -> None:
    with pytest.raises(Unverified, match="known are validation error rate"):
        above([], "mood", 1.0)
