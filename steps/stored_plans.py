"""The stored plans as data: how many, how long, and whether they have what a plan needs."""

from dataclasses import dataclass

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes.api import Mes

REMEDY = "copy production's plans to this system before anything is tested on it"


@dataclass(frozen=True)
class Stored:
    """How many plans are stored, the steps of the shortest and the longest, and how many lack something."""

    plans: int
    shortest: int
    longest: int
    incomplete: int


@when("the stored plans are examined", target_fixture="stored")
def examine(mes: Mes) -> Stored:
    (row,) = mes.target.query("shape of the plans")
    return Stored(**{name: int(value or 0) for name, value in row.items()})


@then(phrase("at least {n:count} plans are stored"))
def at_least(recorder: Recorder, stored: Stored, n: int) -> None:
    recorder.check(Measurement("stored plans", stored.plans, "count", source="sql"), Limit(">=", n, "count"), REMEDY)


@then(phrase("they differ in length, from {low:count} steps or fewer to {high:count} or more"))
def differ(recorder: Recorder, stored: Stored, low: int, high: int) -> None:
    shortest = Measurement("steps of the shortest plan", stored.shortest, "count", source="sql")
    recorder.check(shortest, Limit("<=", low, "count"), REMEDY)
    longest = Measurement("steps of the longest plan", stored.longest, "count", source="sql")
    recorder.check(longest, Limit(">=", high, "count"), REMEDY)


@then("every one has an order, a quantity, and steps with operation, time and skills")
def complete(recorder: Recorder, stored: Stored) -> None:
    measured = Measurement(
        "plans that lack one of these", stored.incomplete, "count", samples=stored.plans, source="sql"
    )
    recorder.check(measured, Limit("==", 0, "count"), REMEDY)
