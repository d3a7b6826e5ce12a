"""Response times, and how they compare with what they were before."""

from datetime import timedelta
from typing import TypeAlias

import pytest
from pytest_bdd import given, then, when

from gonogo import baselines, judge
from gonogo.measurement import Limit
from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from steps.parameters import phrase
from systems.mes import latency
from systems.mes.api import Mes
from systems.mes.made import MadePlans

Seconds: TypeAlias = list[float]
REMEDY = "look at what slows it down before anyone else has to wait for it"


@given(phrase("the response times of {n:count} {operation:operation} before the migration"), target_fixture="baseline")
def before_the_migration(
    mes: Mes, made: MadePlans, bench: Workbench, pytestconfig: pytest.Config, n: int, operation: str
) -> Seconds:
    """Time the old path of a stand-in; of a real system read what was captured before its deployment."""
    if mes.target.control is None:
        return baselines.read(pytestconfig.rootpath / bench.environment.baselines, bench.environment.name, operation)
    mes.arrange("legacy")
    return latency.measure(mes, made, operation, n)


@when(phrase("{n:count} {operation:operation} are timed"), target_fixture="response_times")
def time_them(mes: Mes, made: MadePlans, n: int, operation: str) -> Seconds:
    return latency.measure(mes, made, operation, n)


@then(phrase("their response times are within {tolerance:ratio} of the baseline"))
def within(recorder: Recorder, response_times: Seconds, baseline: Seconds, tolerance: float) -> None:
    _at_most(recorder, response_times, baseline, round(1 + tolerance, 6))


@then(phrase("their response times are at most {factor:number} times the baseline"))
def at_most(recorder: Recorder, response_times: Seconds, baseline: Seconds, factor: float) -> None:
    _at_most(recorder, response_times, baseline, factor)


@then(phrase("they are at least {gain:ratio} faster than the baseline"))
def faster(recorder: Recorder, response_times: Seconds, baseline: Seconds, gain: float) -> None:
    _at_most(recorder, response_times, baseline, round(1 - gain, 6))


@then(phrase("{share:ratio} of their response times are below {limit:duration}"))
def quantile_below(recorder: Recorder, response_times: Seconds, share: float, limit: timedelta) -> None:
    bound = Limit("<", limit.total_seconds(), "s")
    subject = f"{share * 100:g} % quantile of the response times"
    recorder.require(judge.quantile(subject, response_times, share, bound, source="http", remedy=REMEDY))


@then(phrase("their mean response time is below {limit:duration}"))
def mean_below(recorder: Recorder, response_times: Seconds, limit: timedelta) -> None:
    bound = Limit("<", limit.total_seconds(), "s")
    recorder.require(judge.mean("mean response time", response_times, bound, source="http", remedy=REMEDY))


def _at_most(recorder: Recorder, response_times: Seconds, baseline: Seconds, factor: float) -> None:
    limit = Limit("<=", factor, "times")
    subject = "response times beside the baseline's"
    recorder.require(judge.ratio_to_baseline(subject, response_times, baseline, limit, source="http", remedy=REMEDY))
