"""DocFlow's dashboard and alerts: whether they are loaded, show figures, and fire when they must."""

from collections.abc import Sequence
from datetime import timedelta

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.probes.metrics.rules import RuleProbe
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.docflow import alarms, dashboard
from systems.docflow.dashboard import Panel
from systems.docflow.service import DocFlow

LOAD = "load the rules of the checkout, and look whether they are evaluated"
EMPTY = "compare the query in the evidence with what the service exposes"


@when("the alerting rules of DocFlow are listed", target_fixture="alert_rules")
def list_rules(docflow: DocFlow) -> RuleProbe:
    return docflow.grafana.rules


@when("the panels of the dashboard are listed", target_fixture="shown_panels")
def list_panels(docflow: DocFlow) -> Sequence[Panel]:
    return dashboard.panels(docflow)


@when("every panel of the dashboard is evaluated", target_fixture="shown_panels")
def evaluate_all(docflow: DocFlow) -> Sequence[Panel]:
    return dashboard.panels(docflow)


@when(phrase("the panel {title:text} is evaluated"), target_fixture="shown_panels")
def evaluate(docflow: DocFlow, title: str) -> Sequence[Panel]:
    return [dashboard.panel(docflow, title)]


@when(phrase("a new endpoint of the canary answers {n:count} time with a server error"))
def cause_errors(docflow: DocFlow, n: int) -> None:
    docflow.cause("server_errors", arm="canary", requests=n)


@when(phrase("{share:ratio} of the classified documents have a confidence of {confidence:number}"))
def cause_low_confidence(docflow: DocFlow, share: float, confidence: float) -> None:
    docflow.cause("low_confidence", share=share, confidence=confidence)


@when(phrase("the forecast deviates by {part:ratio} from what was earned"))
def cause_deviation(docflow: DocFlow, part: float) -> None:
    docflow.cause("forecast_deviation", ratio=part)


@then(phrase("{names:texts} are evaluated without an error"))
def are_evaluated(alert_rules: RuleProbe, recorder: Recorder, names: list[str]) -> None:
    for name in names:
        measured = Measurement(f"health of the rule {name}", alert_rules.rule(name).health, source="prometheus")
        recorder.check(measured, Limit("==", "ok"), LOAD)


@then(phrase("{name:text} is among them, and looks at {metric:text}"))
def looks_at(alert_rules: RuleProbe, recorder: Recorder, name: str, metric: str) -> None:
    measured = Measurement(f"query of the rule {name}", alert_rules.rule(name).query, source="prometheus")
    recorder.check(measured, Limit("contains", metric), LOAD)


@then(phrase("{name:text} is among them, with the severity {severity:text}"), target_fixture="alert_name")
def has_severity(alert_rules: RuleProbe, recorder: Recorder, name: str, severity: str) -> str:
    found = alert_rules.rule(name).labels.get("severity", "none")
    recorder.check(Measurement(f"severity of the rule {name}", found, source="prometheus"), Limit("==", severity), LOAD)
    return name


@then("it is quiet")
def is_quiet(alert_rules: RuleProbe, alert_name: str, recorder: Recorder) -> None:
    measured = Measurement(f"state of the alert {alert_name}", alert_rules.rule(alert_name).state, source="prometheus")
    recorder.expect(measured.value != "firing", measured, "not firing", "find out what it has seen; it is a finding")


@then(phrase("the alert {name:text} fires within {time:duration}"))
def fires(docflow: DocFlow, recorder: Recorder, name: str, time: timedelta) -> None:
    limit = Limit("<=", time.total_seconds(), "s")
    recorder.check(docflow.grafana.rules.fires_within(name, time.total_seconds()), limit, "compare the threshold")


@then(phrase("the alert {name:text} stays quiet for {time:duration}"))
def stays_quiet(docflow: DocFlow, recorder: Recorder, name: str, time: timedelta) -> None:
    states = alarms.states_during(docflow.grafana.rules, name, time)
    measured = Measurement(f"states of the alert {name}", ", ".join(states), window_s=time.total_seconds())
    recorder.check(measured, Limit("==", "inactive"), "compare the threshold with the plan's")


@then("these are among the panels")
def are_among_panels(shown_panels: Sequence[Panel], recorder: Recorder, datatable: list[list[str]]) -> None:
    titles = {panel.title for panel in shown_panels}
    absent = [title for (title,) in datatable if title not in titles]
    measured = Measurement("panels that are missing", ", ".join(absent) or "none", samples=len(titles), source="folder")
    recorder.check(measured, Limit("==", "none"), f"add them to {dashboard.PATH}")


@then(phrase("none of at least {n:count} panels is empty"))
def none_empty(docflow: DocFlow, shown_panels: Sequence[Panel], recorder: Recorder, n: int) -> None:
    empty = dashboard.empty(docflow, shown_panels)
    count = len(shown_panels)
    measured = Measurement("empty panels", "; ".join(empty) or "none", samples=count, source="prometheus")
    recorder.expect(count >= n and not empty, measured, f"none of at least {n}", EMPTY)


@then("each of its queries gives a figure")
def gives_figure(docflow: DocFlow, shown_panels: Sequence[Panel], recorder: Recorder) -> None:
    empty = dashboard.empty(docflow, shown_panels)
    measured = Measurement(f"empty queries of {shown_panels[0].title}", "; ".join(empty) or "none", source="prometheus")
    recorder.check(measured, Limit("==", "none"), EMPTY)
