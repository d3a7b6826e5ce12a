"""Workers, stations, operations and substations of the database build: made, changed, and found again."""

from typing import TypeAlias

from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes_sql import masters
from systems.mes_sql.build import Build
from systems.mes_sql.made import Made
from systems.mes_sql.masters import Master
from systems.mes_sql.writing import Written

Changed: TypeAlias = dict[str, object]


@given(phrase("a new {kind:master}"), target_fixture="master")
def new_master(build: Build, made_rows: Made, kind: str) -> Master:
    return masters.create(build, made_rows, kind)


@when(phrase("the {kind:master} is given {change}"), target_fixture="wanted_master")
def give(build: Build, master: Master, kind: str, change: str) -> Changed:
    return masters.give(build, master, kind, change)


@then(phrase("the database holds the {kind:master} with {change}"))
def holds(build: Build, master: Master, wanted_master: Changed, recorder: Recorder, kind: str, change: str) -> None:
    found = masters.held(build, master)
    measured = Measurement(f"{kind} {master.identifier} with {change}", str(found), source="sql")
    recorder.check(measured, Limit("==", str(wanted_master)), "compare the answer with the rows in the evidence")


@then("the worker's current task is this plan")
def has_task(build: Build, written: Written, recorder: Recorder) -> None:
    said, held = masters.task_of(build, str(written.assignments[0]["workerId"]))
    for source, task in (("http", said), ("sql", held)):
        measured = Measurement("current task of the worker", task or "none", source=source)
        recorder.check(measured, Limit("==", written.plan_id), "set the task where the plan goes to production")
