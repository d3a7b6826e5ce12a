"""Material that is short: what is reserved then, and what may be consumed of it."""

from typing import Any

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from systems.mes.api import Launch, Mes
from systems.mes.work import show

Document = dict[str, Any]
COUNT = "stop using this release, and count the material by hand"


@when("its first assignment is started although the stock is short", target_fixture="reserved")
def start_short(mes: Mes, launch: Launch) -> Document:
    """Start it; `free` is what could be reserved of each material just before."""
    free = {code: float(found["stock"] - found["reserved"]) for code, found in mes.materials().items()}
    assignment: Document = mes.start(launch.assignments[0]["id"], "proceed")["assignment"]
    return {**assignment, "free": free}


@when("its first assignment is completed with twice the material that it has reserved", target_fixture="completed")
def complete_with_twice(mes: Mes, launch: Launch) -> Document:
    name = launch.assignments[0]["id"]
    reserved: dict[str, float] = mes.start(name)["assignment"]["actualReservedAmounts"]
    completed: Document = mes.complete(name, {code: 2 * amount for code, amount in reserved.items()})["assignment"]
    return completed


@then("it has reserved all that was free")
def reserved_all(reserved: Document, recorder: Recorder) -> None:
    found: dict[str, float] = reserved["actualReservedAmounts"]
    wanted = {code: round(reserved["free"][code], 3) for code in reserved["preProductionReservedAmount"]}
    measured = Measurement("material that was reserved", show(found), source="http")
    recorder.check(measured, Limit("==", show(wanted)), COUNT)


@then("the assignment shows less reserved than planned")
def less_than_planned(reserved: Document, recorder: Recorder) -> None:
    planned, found = reserved["preProductionReservedAmount"], reserved["actualReservedAmounts"]
    measured = Measurement("material reserved and planned", f"{show(found)} of {show(planned)}", source="http")
    short = bool(planned) and all(0 < found.get(code, 0) < amount for code, amount in planned.items())
    recorder.expect(short, measured, "a part of what was planned", "show both amounts, as they are")


@then("it has consumed what was reserved and no more")
def consumed_reserved(completed: Document, recorder: Recorder) -> None:
    reserved, consumed = completed["actualReservedAmounts"], completed["consumedAmounts"]
    measured = Measurement("material that was consumed", show(consumed), source="http")
    recorder.check(measured, Limit("==", show(reserved)), COUNT)
