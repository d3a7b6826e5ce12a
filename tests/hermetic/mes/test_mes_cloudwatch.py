"""The CloudWatch alarm, through boto3 against the world's own endpoint."""

from typing import Any

import boto3
import pytest
from mes_world import Mes, plan_body

PLANS = "/api/mes/production-plans"


def alarms(mes: Mes) -> list[dict[str, Any]]:
    client = boto3.client(
        "cloudwatch",
        endpoint_url=mes.variables["MES_CLOUDWATCH_URL"],
        region_name=mes.variables["AWS_DEFAULT_REGION"],
        aws_access_key_id=mes.variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=mes.variables["AWS_SECRET_ACCESS_KEY"],
    )
    found: list[dict[str, Any]] = client.describe_alarms()["MetricAlarms"]
    return found


def push(mes: Mes, errors: int) -> None:
    mes.control("POST", "/events", {"kind": "creation", "count": errors, "errors": errors})


def test_the_alarm_is_that_of_the_plan(mes: Mes) -> None:
    mes.arrange("migrated")
    (alarm,) = alarms(mes)
    assert alarm["AlarmName"] == "MES-ValidationErrors-High"
    expected = {
        "MetricName": "ValidationErrorCount",
        "Threshold": 10,
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
        "Period": 300,
        "StateValue": "OK",
    }
    assert {name: alarm[name] for name in expected} == expected
    assert alarm["AlarmActions"][0].startswith("arn:aws:sns:")


def test_the_alarm_fires_above_ten_errors_and_not_at_ten(mes: Mes) -> None:
    mes.arrange("migrated")
    states = []
    for errors in (9, 1):
        push(mes, errors)
        states.append(alarms(mes)[0]["StateValue"])
    mes.ask("POST", PLANS, plan_body(quantity=0))
    states.append(alarms(mes)[0]["StateValue"])
    assert states == ["OK", "OK", "ALARM"]
    mes.arrange("migrated")
    assert alarms(mes)[0]["StateValue"] == "OK"


@pytest.mark.parametrize(
    ("fault", "field", "value"),
    [
        ("alarm-renamed", "AlarmName", "MES-Errors"),
        ("alarm-wrong-metric", "MetricName", "RequestCount"),
        ("alarm-silent", "AlarmActions", []),
    ],
)
def test_a_fault_changes_the_alarm(mes: Mes, fault: str, field: str, value: Any) -> None:
    mes.arrange("migrated")
    mes.plant(fault)
    assert alarms(mes)[0][field] == value


def test_an_alarm_may_be_missing_or_too_eager(mes: Mes) -> None:
    mes.arrange("migrated")
    mes.plant("alarm-missing")
    assert alarms(mes) == []
    mes.control("DELETE", "/faults")
    mes.plant("alarm-fires-at-ten")
    push(mes, 10)
    assert alarms(mes)[0]["StateValue"] == "ALARM"
