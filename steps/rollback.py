"""Going back: the timed drill, single plans, and what must have survived it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import backups, rollback, switches
from systems.mes.api import Mes
from systems.mes.backups import Export
from systems.mes.edits import Edited
from systems.mes.made import MadePlans
from systems.mes.rollback import Drill
from systems.mes.switches import Switches

CARD = "follow the emergency card by hand, and mend it before it is needed"


@pytest.fixture
def edited(mes: Mes) -> Iterator[Edited]:
    """Edits one stored plan that has both shapes; its steps are put back when the scenario ends."""
    plan = Edited(mes, rollback.witness(mes))
    yield plan
    plan.restore()


@given("a plan that was edited since the migration")
def edit_since(edited: Edited) -> None:
    edited.change()


@given("work that was done since the latest export")
def work_since(mes: Mes, edited: Edited, made: MadePlans) -> None:
    edited.change()
    mes.start(mes.launch(made.create()["id"]).assignments[0]["id"])


@when("the canonical model is rolled back", target_fixture="drill")
def roll_back(mes: Mes, switch: Switches) -> Drill:
    return rollback.drill(mes, switch)


@when(phrase("the emergency card is followed with {way}"), target_fixture="drill")
def follow_card(mes: Mes, switch: Switches, way: str) -> Drill:
    follow = {"an edited .env": rollback.drill, "an exported variable": rollback.drill_with_export}[way]
    return follow(mes, switch)


@when("a plan is repaired while the canonical model is off for the time", target_fixture="on_at_repair")
def repair_while_off(mes: Mes, switch: Switches, edited: Edited) -> bool:
    """Switch off, repair, switch on; tell whether the model was still on at the repair."""
    switch.turn(on=False)
    on_at_repair = switches.in_force(mes, switches.CANONICAL)
    edited.change()
    switch.turn(on=True)
    return on_at_repair


@when("one plan is put back to its execution graph", target_fixture="reverted")
def revert_one(mes: Mes) -> str:
    plan = rollback.witness(mes)
    mes.command("backup", "import", backups.latest(mes).name, f"--planId={plan}").require()
    return plan


@when("the last-resort restore is carried out", target_fixture="export")
def last_resort(mes: Mes, switch: Switches) -> Export:
    """Flag off, import, restart, in the order of the plan."""
    export = backups.latest(mes)
    switch.write("FEATURE_USE_CANONICAL_NODES", "false")
    mes.command("backup", "import", export.name).require()
    mes.restart()
    return export


@then(phrase("the old path serves again within {limit:duration}"))
def old_path_within(recorder: Recorder, drill: Drill, limit: timedelta) -> None:
    if drill.duration_s is None:
        state = "a new process" if drill.restarted else "no new process"
        measured = Measurement("old path", f"not back after {drill.waited_s:.1f} s, {state} answers", source="http")
        recorder.expect(False, measured, f"back within {limit.total_seconds():g} s", CARD)
        return
    measured = Measurement("time from the flag to the old path", drill.duration_s, "s", source="http")
    recorder.check(measured, Limit("<", limit.total_seconds(), "s"), CARD)


@then("the backend was restarted")
def was_restarted(recorder: Recorder, drill: Drill) -> None:
    answering = "a new process" if drill.restarted else "the same process as before"
    measured = Measurement("who answers after the restart", answering, source="http")
    recorder.check(measured, Limit("==", "a new process"), "restart the backend by hand, and look why pm2 did not")


@then("the repair was made with the model off")
def repaired_with_model_off(recorder: Recorder, on_at_repair: bool) -> None:
    measured = Measurement("canonical model at the time of the repair", "on" if on_at_repair else "off", source="http")
    recorder.check(measured, Limit("==", "off"), CARD)


@then("the edit is still there")
def edit_is_there(recorder: Recorder, edited: Edited) -> None:
    measured = Measurement(f"nominal time of the first step of {edited.plan_id}", edited.served(), "min", source="http")
    recorder.check(
        measured, Limit("==", edited.wanted, "min"), "do not roll back: save the edits made since the migration first"
    )


@then("the plan is read from its nodes")
def from_nodes(mes: Mes, recorder: Recorder, edited: Edited) -> None:
    measured = Measurement(f"where the steps of {edited.plan_id} come from", mes.plan(edited.plan_id)["nodesUsed"])
    recorder.check(measured, Limit("==", "nodes"), "compare the flag of the running process with its configuration")


@then("that plan is read from its execution graph, and every other from its nodes")
def only_that_one(mes: Mes, recorder: Recorder, reverted: str) -> None:
    used = mes.plan(reverted)["nodesUsed"]
    recorder.check(Measurement(f"where the steps of {reverted} come from", used), Limit("==", "executionGraph"), CARD)
    others = mes.target.value("plans that only have an execution graph")
    recorder.check(others, Limit("==", 1, "count"), "restore the other plans from their export")
