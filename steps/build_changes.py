"""Plans of the database build that are changed: their fields, their states, and the stock that follows."""

from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes_sql import canonical, changing, writing
from systems.mes_sql.build import Build
from systems.mes_sql.changing import Stock
from systems.mes_sql.made import Made
from systems.mes_sql.writing import Attempt, Written

STORED = "compare what was sent, in the evidence, with the rows of the plan"


@given("a new plan", target_fixture="written")
def new_plan(build: Build, made_rows: Made) -> Written:
    return writing.create(build, made_rows, 2)


@given("a new plan for one idle worker", target_fixture="written")
def new_plan_for_one(build: Build, made_rows: Made) -> Written:
    return writing.create(build, made_rows, 1)


@given("a new plan without workers, and somebody who could do it since", target_fixture="written")
def new_plan_unassigned(build: Build, made_rows: Made) -> Written:
    return changing.unassigned(build, made_rows)


@given(phrase("a plan of the build that is {state:text}"), target_fixture="written")
def plan_in_state(build: Build, made_rows: Made, state: str) -> Written:
    return changing.in_state(build, made_rows, state)


@when("its quantity and its work order are changed")
def change_fields(build: Build, made_rows: Made, written: Written) -> None:
    changes = {"quantity": 9, "orderCode": made_rows.order()}
    build.change("plan", written.plan_id, changes).require(200)
    written.sent.update(changes)


@when("the plan is brought to production")
def to_production(build: Build, written: Written) -> None:
    changing.bring_to(build, written, "production")


@when(phrase("its status is set to {state:text}"), target_fixture="attempt")
def set_status(build: Build, written: Written, state: str) -> Attempt:
    return written.sent, build.change("plan", written.plan_id, {"status": state})


@when("the plan is released", target_fixture="stock")
def release(build: Build, written: Written) -> Stock:
    return changing.release(build, written)


@then(phrase("the plan is still {state:text}"))
def still(build: Build, written: Written, recorder: Recorder, state: str) -> None:
    found = writing.held(build, written)["status"]
    recorder.check(Measurement(f"state of {written.plan_id}", found, source="sql"), Limit("==", state), STORED)


@then("reading it gives what was changed, and all else as before")
def gives_changed(build: Build, written: Written, recorder: Recorder) -> None:
    _same(recorder, "the plan as it is read", canonical.plan(build.plan(written.plan_id)), writing.wanted(written))


@then(phrase("it was {states:texts}, one after the other"))
def went_through(build: Build, written: Written, recorder: Recorder, states: list[str]) -> None:
    found = [*written.states[:-1], writing.held(build, written)["status"]]
    measured = Measurement("states of the plan", ", ".join(found), source="http and sql")
    recorder.check(measured, Limit("==", ", ".join(states)), "compare the transitions with the plan's")


@then("the stock of each material has fallen by what the plan needs")
def stock_fallen(stock: Stock, written: Written, recorder: Recorder) -> None:
    _same(recorder, "material taken from stock", stock.taken(), writing.needs(written))


@then("a movement is on record for each of them")
def movements_recorded(build: Build, written: Written, recorder: Recorder) -> None:
    _same(recorder, "movements of the plan", changing.moved(build, written), writing.needs(written))


def _same(recorder: Recorder, subject: str, found: object, wanted: object) -> None:
    measured = Measurement(subject, str(found), source="sql")
    recorder.check(measured, Limit("==", str(wanted)), STORED)
