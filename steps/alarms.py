"""CloudWatch alarms: how they are set up, and at which count they go off."""

from datetime import timedelta

from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.probes.alarm import Alarm
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes.api import Mes

REMEDY = "correct the alarm's definition, and deploy it again"


@when(phrase("the CloudWatch alarm {name:text} is looked up"), target_fixture="alarm")
def look_up(mes: Mes, name: str) -> Alarm:
    return mes.target.cloudwatch.alarm(name)


@given("a system without a recent validation error")
def quiet_system(mes: Mes) -> None:
    mes.arrange("migrated")


@when(phrase("{errors:count} of {total:count} plans are refused within the period of the alarm"))
def refuse(mes: Mes, errors: int, total: int) -> None:
    mes.play("creation", total, errors=errors)


@then("it is there under this name")
def is_there(alarm: Alarm, recorder: Recorder) -> None:
    measured = Measurement("alarm on validation errors", alarm.name, source="cloudwatch")
    recorder.expect(bool(alarm.updated), measured, "an alarm that has a state", REMEDY)


@then(phrase("it watches the metric {metric:text}"))
def watches(alarm: Alarm, recorder: Recorder, metric: str) -> None:
    _equal(recorder, f"metric of the alarm {alarm.name}", alarm.metric, metric)


@then(phrase("it goes off above {n:count} errors in one period of {period:duration}"))
def goes_off_above(alarm: Alarm, recorder: Recorder, n: int, period: timedelta) -> None:
    _equal(recorder, f"comparison of the alarm {alarm.name}", alarm.comparison, "GreaterThanThreshold")
    threshold = Measurement(f"threshold of the alarm {alarm.name}", alarm.threshold, source="cloudwatch")
    recorder.check(threshold, Limit("==", float(n)), REMEDY)
    looked_at = Measurement(
        "time it looks at", float(alarm.period_s * alarm.evaluation_periods), "s", source="cloudwatch"
    )
    recorder.check(looked_at, Limit("==", period.total_seconds(), "s"), REMEDY)


@then("it notifies the incident team")
def notifies(mes: Mes, alarm: Alarm, recorder: Recorder) -> None:
    topic = mes.target.text("topic of the incident team")
    told = ", ".join(alarm.actions) if alarm.actions_enabled and alarm.actions else "nobody"
    measured = Measurement(f"who is told by the alarm {alarm.name}", told, source="cloudwatch")
    recorder.expect(
        any(action.endswith(f":{topic}") for action in alarm.actions), measured, f"the topic {topic}", REMEDY
    )


@then(phrase("the CloudWatch alarm {name:text} is {state}"))
def state_is(mes: Mes, recorder: Recorder, name: str, state: str) -> None:
    wanted = {"quiet": "OK", "going off": "ALARM"}[state]
    _equal(recorder, f"state of the alarm {name}", mes.target.cloudwatch.alarm(name).state, wanted)


def _equal(recorder: Recorder, subject: str, found: str, wanted: str) -> None:
    recorder.check(Measurement(subject, found, source="cloudwatch"), Limit("==", wanted), REMEDY)
