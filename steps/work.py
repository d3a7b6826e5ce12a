"""From plan to finished work: plans that the scenario makes, launching them, starting and completing assignments."""

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Unverified
from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from steps.parameters import phrase
from systems.mes import sample, work
from systems.mes.api import Launch, Mes
from systems.mes.made import MadePlans
from systems.mes.work import Worked, show

Document = dict[str, Any]
LOG = "look for the request in the backend log"


@pytest.fixture
def made(mes: Mes, bench: Workbench) -> Iterator[MadePlans]:
    """Makes plans that are removed when the scenario ends; one that stays fails the scenario."""
    plans = MadePlans(mes, bench.run)
    yield plans
    plans.remove_all()


@when("a new plan is created", target_fixture="plan")
def create(made: MadePlans) -> Document:
    return made.create()


@when("a plan that only has an execution graph is loaded", target_fixture="plan")
def load_old(mes: Mes) -> Document:
    old = [plan for plan in mes.plans() if plan["hasExecutionGraph"] and not plan["hasNodes"]]
    if not old:
        raise Unverified("every plan has nodes; an old one is needed, so run this before the migration")
    return mes.plan(old[0]["id"])


@given("a plan with these steps", target_fixture="plan")
def create_with_steps(made: MadePlans, datatable: list[list[str]]) -> Document:
    return made.create(sample.from_table(datatable))


@given("a launched plan", target_fixture="launch")
@when("a new plan is created and launched", target_fixture="launch")
def create_and_launch(mes: Mes, made: MadePlans) -> Launch:
    return mes.launch(made.create()["id"])


@when("the plan is launched", target_fixture="launch")
def launch_it(mes: Mes, plan: Document) -> Launch:
    return mes.launch(plan["id"])


@when("its first assignment is started and completed", target_fixture="worked")
def carry_out_first(mes: Mes, launch: Launch) -> Worked:
    return work.carry_out(mes, launch.assignments[0]["id"])


@when(phrase("a plan in the {shape} shape is created, edited, launched and worked to its end"), target_fixture="launch")
def whole_life(mes: Mes, made: MadePlans, shape: str) -> Launch:
    document = sample.old_shape(sample.plan()) if shape == "old" else sample.plan()
    plan_id = made.create(document)["id"]
    mes.edit(plan_id, {"quantity": 12})
    launch = mes.launch(plan_id)
    work.finish(mes, launch)
    return launch


@then("it is stored with nodes and without an execution graph")
def stored_canonically(mes: Mes, recorder: Recorder, launch: Launch) -> None:
    (stored,) = mes.target.query("shapes of a plan", plan=launch.plan_id)
    measured = Measurement(
        f"shape of {launch.plan_id}", f"{stored['nodes']} nodes, {stored['steps']} steps", source="sql"
    )
    recorder.expect(stored["nodes"] > 0 and stored["steps"] == 0, measured, "nodes, and no steps of an execution graph")


@then(phrase("each of its {n:count} steps has one assignment"))
def one_assignment_each(mes: Mes, recorder: Recorder, launch: Launch, n: int) -> None:
    assigned = [assignment["nodeId"] for assignment in mes.assignments(launch.plan_id)]
    measured = Measurement(f"assignments of {launch.plan_id}", len(assigned), "count", source="http")
    recorder.check(measured, Limit("==", n, "count"), LOG)
    different = Measurement(f"steps of {launch.plan_id} that have one", len(set(assigned)), "count", source="http")
    recorder.check(different, Limit("==", n, "count"), LOG)


@then("a plan can be created and launched")
def can_launch(mes: Mes, recorder: Recorder, made: MadePlans) -> None:
    launch = mes.launch(made.create()["id"])
    measured = Measurement(
        "assignments of a plan that was just launched", len(launch.assignments), "count", source="http"
    )
    recorder.check(measured, Limit("==", len(sample.plan()["nodes"]), "count"), LOG)


@then("it is read from its nodes")
def read_from_nodes(recorder: Recorder, plan: Document) -> None:
    measured = Measurement(f"where the steps of {plan['id']} come from", plan["nodesUsed"], source="http")
    recorder.check(measured, Limit("==", "nodes"), "compare the flags of the running process with its configuration")


@then("all of its steps come from its execution graph")
def steps_of_graph(mes: Mes, recorder: Recorder, plan: Document) -> None:
    (stored,) = mes.target.query("shapes of a plan", plan=plan["id"])
    measured = Measurement(
        f"steps of {plan['id']}", f"{len(plan['nodes'])} from its {plan['nodesUsed']}", source="http"
    )
    recorder.check(measured, Limit("==", f"{stored['steps']} from its executionGraph"), "switch the model off")


@then(phrase("its assignments take {minutes:numbers} minutes"))
def take_minutes(recorder: Recorder, launch: Launch, minutes: list[float]) -> None:
    found = [float(assignment["effectiveTime"]) for assignment in launch.assignments]
    measured = Measurement(
        "effective times of the assignments", ", ".join(f"{time:g}" for time in found), source="http"
    )
    required = ", ".join(f"{time:g}" for time in minutes)
    recorder.check(measured, Limit("==", required), "check how the backend applies the efficiency to the nominal time")


@then("starting it reserved what it needs")
def reserved_on_start(recorder: Recorder, worked: Worked) -> None:
    planned: dict[str, float] = worked.started["assignment"]["preProductionReservedAmount"]
    measured = Measurement("material held in stock by the start", show(worked.held()), source="http")
    recorder.check(measured, Limit("==", show(planned)), "compare the reservation with the material movements")


@then("completing it took that from stock and holds nothing back")
def taken_from_stock(recorder: Recorder, worked: Worked) -> None:
    measured = Measurement("material taken from stock", show(worked.taken()), source="http")
    recorder.check(measured, Limit("==", show(worked.reserved)), "compare the consumption with the material movements")
    held = Measurement("material still held", sum(worked.still_held().values()), source="http")
    recorder.check(held, Limit("==", 0.0), "release what a completed assignment still holds")


@then(phrase("every one of its {n:count} steps is completed"))
def all_completed(mes: Mes, recorder: Recorder, launch: Launch, n: int) -> None:
    done = {
        assignment["nodeId"] for assignment in mes.assignments(launch.plan_id) if assignment["status"] == "completed"
    }
    measured = Measurement(f"steps of {launch.plan_id} that are completed", len(done), "count", source="http")
    recorder.check(measured, Limit("==", n, "count"), LOG)


@then(phrase("its quantity is {n:count}"))
def quantity_is(mes: Mes, recorder: Recorder, launch: Launch, n: int) -> None:
    measured = Measurement(
        f"quantity of {launch.plan_id}", mes.plan(launch.plan_id)["quantity"], "count", source="http"
    )
    recorder.check(measured, Limit("==", n, "count"), "an edit was lost: look at how the backend merges edits")
