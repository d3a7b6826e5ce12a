"""Alerts: how they are defined, and what they say when a figure moves."""

from datetime import timedelta

from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Inconclusive
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes.alerts import Alert, above, definitions, evaluated
from systems.mes.api import Mes
from systems.papers import Papers

REMEDY = "mend the alert, or nobody is woken when it matters"


@given("a system of which the alerts have seen nothing yet")
def nothing_seen(mes: Mes) -> None:
    mes.arrange("legacy")


@when("the alert definitions are read", target_fixture="alerts")
def read_definitions(papers: Papers) -> list[Alert]:
    return definitions(papers)


@when("the alerts are evaluated", target_fixture="alerts")
def evaluate(mes: Mes) -> list[Alert]:
    return evaluated(mes.target)


@when(phrase("{bad:count} of {total:count} {kind:events} go wrong"), target_fixture="alerts")
def go_wrong(mes: Mes, bad: int, total: int, kind: str) -> list[Alert]:
    mes.play(kind, total, errors=bad)
    return evaluated(mes.target)


@when(phrase("{bad:count} of {total:count} stored plans turn out to have problems"), target_fixture="alerts")
def have_problems(mes: Mes, bad: int, total: int) -> list[Alert]:
    mes.arrange("legacy", plans=total, problems={"validation": bad})
    return evaluated(mes.target)


@when(phrase("{total:count} {kind:events} take {times:number} times the baseline"), target_fixture="alerts")
def take_times(mes: Mes, papers: Papers, total: int, kind: str, times: float) -> list[Alert]:
    mean_ms: float = papers.read("performance baseline").document["mean_ms"][kind]
    mes.play(kind, total, duration_ms=mean_ms * times)
    return evaluated(mes.target)


@when(phrase("{total:count} {kind:events} take {each:duration} each"), target_fixture="alerts")
def take(mes: Mes, total: int, kind: str, each: timedelta) -> list[Alert]:
    mes.play(kind, total, duration_ms=each.total_seconds() * 1000)
    return evaluated(mes.target)


@then(phrase("one on the {figure} fires above {threshold:level}"), target_fixture="alert")
def is_defined(alerts: list[Alert], recorder: Recorder, figure: str, threshold: float) -> Alert:
    return _fires_above(above(alerts, figure, threshold), recorder)


@then(phrase("one of the {chapter:text} on the {figure} fires above {threshold:level}"), target_fixture="alert")
def is_defined_in(alerts: list[Alert], recorder: Recorder, chapter: str, figure: str, threshold: float) -> Alert:
    return _fires_above(above(alerts, figure, threshold, chapter), recorder)


@then(phrase("it tells {group:text}"))
def tells(alert: Alert, recorder: Recorder, group: str) -> None:
    recorder.check(
        Measurement(f"who is told by the alert {alert.name}", alert.notifies, source="folder"),
        Limit("==", group),
        REMEDY,
    )


@then(phrase("its severity is {severity:text}, to be looked at {review:text}"))
def severity_is(alert: Alert, recorder: Recorder, severity: str, review: str) -> None:
    measured = Measurement(
        f"severity and review of the alert {alert.name}", f"{alert.severity}, {alert.review}", source="folder"
    )
    recorder.check(measured, Limit("==", f"{severity}, {review}"), REMEDY)


@then(phrase("the alert on the {figure} above {threshold:level} fires"))
def fires(alerts: list[Alert], recorder: Recorder, figure: str, threshold: float) -> None:
    _state_is(alerts, recorder, figure, threshold, "firing")


@then(phrase("the alert on the {figure} above {threshold:level} stays quiet"))
def stays_quiet(alerts: list[Alert], recorder: Recorder, figure: str, threshold: float) -> None:
    _state_is(alerts, recorder, figure, threshold, "ok")


def _fires_above(alert: Alert, recorder: Recorder) -> Alert:
    measured = Measurement(f"threshold of the alert {alert.name}", alert.threshold, alert.unit, source="folder")
    recorder.expect(alert.operator == ">", measured, f"it fires above this value, not {alert.operator} it", REMEDY)
    return alert


def _state_is(alerts: list[Alert], recorder: Recorder, figure: str, threshold: float, state: str) -> None:
    alert = above(alerts, figure, threshold)
    if alert.state == "no_data":
        raise Inconclusive(f"the alert {alert.name} has seen no events; silence proves nothing")
    measured = Measurement(f"state of the alert {alert.name} at {alert.value}", alert.state, source="http")
    recorder.check(measured, Limit("==", state), REMEDY)
