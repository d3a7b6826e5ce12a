"""The MES's own counters, and the rates of a week."""

from pytest_bdd import given, then, when

from gonogo import judge
from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Inconclusive, Unverified
from gonogo.probes.metrics import Rate
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import metrics
from systems.mes.api import Mes
from systems.mes.made import MadePlans
from systems.mes.metrics import Counters
from systems.mes.switches import CANONICAL, Switches
from systems.mes.work import finish

REMEDY = "find out what was counted, and by whom, before anyone relies on it"


@given("a staging system after a week of use")
def after_a_week(mes: Mes) -> None:
    mes.arrange("pilot")


@given(phrase("the count of {name} is not 0"))
def counts_something(mes: Mes, name: str) -> None:
    found = mes.target.metric(name)
    if isinstance(found, Rate) or not found.value:
        raise Unverified(f"{name} is {found}; only what has counted something can show what becomes of the count")


@when("the metrics are read", target_fixture="counters")
def read_metrics(mes: Mes) -> Counters:
    return metrics.counters(mes)


@when(phrase("a clean run creates {n:count} plans and works one of them to its end"))
def clean_run(mes: Mes, made: MadePlans, n: int) -> None:
    plans = [made.create()["id"] for _ in range(n)]
    finish(mes, mes.launch(plans[0]))


@when("the metrics are read before, during and after the switch to the canonical model", target_fixture="readings")
def read_through_switch(mes: Mes, switch: Switches) -> list[Counters]:
    before = metrics.counters(mes)
    switch.write(CANONICAL, "true")
    during = metrics.counters(mes)
    mes.restart()
    return [before, during, metrics.counters(mes)]


@when("the figures of the week are read", target_fixture="rates")
def read_rates(mes: Mes) -> dict[str, Rate]:
    return metrics.rates(mes)


@then("they hold exactly the four counters of the plan")
def exactly_four(recorder: Recorder, counters: Counters) -> None:
    _four(recorder, counters)


@then("every reading holds the four counters")
def always_four(recorder: Recorder, readings: list[Counters]) -> None:
    for counters in readings:
        _four(recorder, counters)


@then("no reading counts a mismatch, a capped consumption or a validation error")
def nothing_counted(recorder: Recorder, readings: list[Counters]) -> None:
    found = sum(counters[name] for counters in readings for name in metrics.ANOMALIES)
    measured = Measurement(
        "anomalies counted through the switch", found, "count", samples=len(readings), source="metrics"
    )
    recorder.check(measured, Limit("==", 0, "count"), REMEDY)


@then(phrase("the count of {name} is {n:count}"))
def count_is(mes: Mes, recorder: Recorder, name: str, n: int) -> None:
    found = mes.target.metric(name)
    if isinstance(found, Rate):
        raise Inconclusive(f"{name} is a rate and no count; name a count of the environment file")
    recorder.check(found, Limit("==", n, "count"), REMEDY)


@then(phrase("the {name} rate is {op:operator} {limit:ratio}"))
def rate_is(recorder: Recorder, rates: dict[str, Rate], name: str, op: str, limit: float) -> None:
    found = rates[f"{name} rate"]
    bound = Limit(op, limit, "ratio")
    counts = found.events, found.total
    recorder.require(judge.rate(found.subject, *counts, bound, source=found.source, query=found.query, remedy=REMEDY))


def _four(recorder: Recorder, counters: Counters) -> None:
    measured = Measurement(
        "counters of the metrics", ", ".join(sorted(counters)), source="http", query="/api/mes/metrics"
    )
    recorder.check(
        measured, Limit("==", ", ".join(sorted(metrics.NAMES))), "dashboards and alerts read these four by name"
    )
