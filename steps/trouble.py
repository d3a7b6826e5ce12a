"""Troubles that operators meet: refused plans, short materials, too much consumed; and what the log keeps of them."""

from collections.abc import Callable

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Inconclusive
from gonogo.probes.reply import Reply
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import trouble
from systems.mes.api import Launch, Mes
from systems.mes.made import MadePlans
from systems.mes.trouble import Noted
from systems.mes.work import show

SEARCHED = "bring the line back: it is what people search the log for"
LISTS = "correct the answer: planners order material by it"
CAUSES: dict[str, Callable[[Mes, MadePlans], object]] = {
    "an invalid plan is offered": trouble.offer_invalid,
    "work begins for which there is too little material": trouble.start_short,
    "more material is consumed than was reserved": trouble.consume_too_much,
}


@when("a plan with two mistakes is offered", target_fixture="refusal")
def offer_invalid(mes: Mes, made: MadePlans) -> Reply:
    return trouble.offer_invalid(mes, made)


@when(phrase("in the course of the day {cause}"))
def cause_trouble(mes: Mes, made: MadePlans, cause: str) -> None:
    CAUSES[cause](mes, made)


@when(phrase("the log lines with {text:text} are compared with the {counter}"), target_fixture="noted")
def compare(mes: Mes, text: str, counter: str) -> Noted:
    return trouble.noted(mes, text, counter)


@when(phrase("the materials below {n:count} in stock are listed"), target_fixture="low_materials")
def list_low(mes: Mes, n: int) -> tuple[list[str], list[str]]:
    listed = sorted(mes.materials(stockBelow=str(n)))
    return listed, [row["code"] for row in mes.target.query("materials below a stock", limit=n)]


@then(phrase("it is refused with status {status:count}"))
def is_refused(refusal: Reply, recorder: Recorder, status: int) -> None:
    measured = Measurement("answer to a plan with mistakes", refusal.status, source="http", query=refusal.request)
    recorder.check(measured, Limit("==", status), "switch validation on, or mend the schema")


@then("the answer names both mistakes")
def names_both(refusal: Reply, recorder: Recorder) -> None:
    absent = [field for field in trouble.MISTAKES if field not in refusal.text]
    measured = Measurement("mistakes that the answer leaves out", ", ".join(absent) or "none", source="http")
    recorder.expect(not absent, measured, f"it names {' and '.join(trouble.MISTAKES)}", "list every violation")


@then("there is a line for each of them")
def line_for_each(noted: Noted, recorder: Recorder) -> None:
    if not noted.counted:
        raise Inconclusive(f"nothing is counted under {noted.counter!r}, so that the log need not hold a line")
    measured = Measurement(f"log lines with {noted.text!r}", len(noted.lines), "count", source="log")
    recorder.check(measured, Limit("==", noted.counted, "count"), SEARCHED)


@then("each of the lines names the field at fault")
def names_field(noted: Noted, recorder: Recorder) -> None:
    vague = [line for line in noted.lines if not trouble.FIELD.search(line)]
    measured = Measurement("refusals in the log that name no field", len(vague), "count", samples=len(noted.lines))
    recorder.expect(
        bool(noted.lines) and not vague, measured, "0 of at least one", "log the violations with the refusal"
    )


@then("exactly the materials that are low are listed")
def exactly_low(low_materials: tuple[list[str], list[str]], recorder: Recorder) -> None:
    listed, stored = low_materials
    measured = Measurement("materials listed as low", ", ".join(listed) or "none", source="http")
    recorder.check(measured, Limit("==", ", ".join(stored) or "none"), LISTS)


@then(phrase("its first step plans for {amounts:text}"))
def plans_for(launch: Launch, recorder: Recorder, amounts: str) -> None:
    planned: dict[str, float] = launch.assignments[0]["preProductionReservedAmount"]
    measured = Measurement("material planned for the first step", show(planned), source="http")
    recorder.check(measured, Limit("==", amounts), "quantity x amount of one unit x (1 + expected defects)")


@then(phrase("since the migration the backend log has never said {message:text}"))
def never_since_migration(mes: Mes, recorder: Recorder, message: str) -> None:
    found = trouble.since_migration(mes, message)
    measured = Measurement(f"lines with {message!r} since the migration", len(found), "count", source="log")
    recorder.check(measured, Limit("==", 0, "count"), "find the plan that each line names, and migrate it")


@then("the log warns of each plan among them that still came from its execution graph")
def warns_of_each(warned: trouble.Warned, recorder: Recorder) -> None:
    measured = Measurement("warnings of a deprecated execution graph", warned.lines, "count", source="log")
    recorder.check(
        measured, Limit("==", warned.fallbacks, "count"), "counting these lines must give the fallback's use"
    )


@when("the log is watched while stored plans are read", target_fixture="warned")
def watch_while_reading(mes: Mes) -> trouble.Warned:
    return trouble.read_and_watch(mes)
