"""DocFlow's endpoints: the filtered queue, the schedules, and who may ask at all."""

from typing import TypeAlias

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.probes.reply import Reply
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.docflow import access
from systems.docflow.made import Made
from systems.docflow.service import ASKED, DocFlow, Document

Statuses: TypeAlias = dict[str, Reply]
TOKENS = {"without a token": "", "with a wrong token": access.NOBODY}
SHUT = "take the endpoint off the network until it asks for a token"


@when(phrase("the queue of DocFlow is asked for the type {ai_type:text}"), target_fixture="filtered")
def ask_for_type(docflow: DocFlow, ai_type: str) -> tuple[str, Reply]:
    return ai_type, docflow.ask_queue(ai_type)


@when("the list of schedules is asked for twice, as the plan does", target_fixture="both_lists")
def ask_twice(docflow: DocFlow) -> tuple[list[Document], list[Document]]:
    return docflow.schedules(), docflow.schedules()


@when(phrase("a tester schedules a {frequency} export as {form} over the API"), target_fixture="offered")
def schedule_over_api(docflow: DocFlow, docflow_made: Made, frequency: str, form: str) -> access.Offered:
    return access.Offered(form, frequency, docflow.offer_schedule(form, frequency, docflow_made.mark))


@when(phrase("every admin endpoint of DocFlow is asked {how}"), target_fixture="statuses_of_endpoints")
def ask_as_stranger(docflow: DocFlow, how: str) -> Statuses:
    return access.as_stranger(docflow, TOKENS[how])


@when("a stranger asks DocFlow for every page and every list", target_fixture="statuses_of_endpoints")
def stranger_asks(docflow: DocFlow) -> Statuses:
    return access.as_passer_by(docflow)


@then("every document in it is of that type")
def only_of_type(filtered: tuple[str, Reply], recorder: Recorder) -> None:
    ai_type, reply = filtered
    found = access.types_of(reply)
    measured = Measurement(
        "types in the queue", ", ".join(sorted(set(found))) or "none", samples=len(found), source="http"
    )
    recorder.check(measured, Limit("==", ai_type), "switch the AI queue off alone, and compare with the database")


@then("it lists the newest of them in the database, and counts them all")
def as_in_database(docflow: DocFlow, filtered: tuple[str, Reply], recorder: Recorder) -> None:
    ai_type, reply = filtered
    listed = [str(one["id"]) for one in reply.require(200).json_at("/documents")]
    stored = [str(row["id"]) for row in docflow.router.query("documents of a type", type=ai_type)]
    differing = ", ".join(sorted(set(listed) ^ set(stored[:ASKED]))) or "none"
    rows = Measurement("documents that only one of both has", differing, samples=len(stored), source="http and sql")
    recorder.expect(
        bool(stored) and differing == "none", rows, "none, of at least one", "compare the filter with the rows"
    )
    measured = Measurement(f"documents of type {ai_type}", reply.json_at("/total"), "count", source="http")
    recorder.check(measured, Limit("==", len(stored), "count"), "compare the count with the rows")


@then("it is refused as malformed")
def refused(filtered: tuple[str, Reply], recorder: Recorder) -> None:
    measured = Measurement("status for an unknown type", filtered[1].status, source="http", query=filtered[1].request)
    recorder.check(measured, Limit("==", 400), "refuse what is no type; an empty list would be taken for an answer")


@then(phrase("it is refused as malformed, for {names:texts}"))
def refused_for(offered: access.Offered, recorder: Recorder, names: list[str]) -> None:
    said = offered.reply.text
    measured = Measurement("answer", f"{offered.reply.status} {said[:200]}", source="http", query=offered.reply.request)
    good = offered.reply.status == 400 and all(name in said for name in names)
    recorder.expect(good, measured, f"400, with {' and '.join(names)}", "refuse it, with everything that is wrong")


@then("both answers list the same schedules")
def same_schedules(both_lists: tuple[list[Document], list[Document]], recorder: Recorder) -> None:
    first, second = ([one["id"] for one in listed] for listed in both_lists)
    more = sorted(set(second) ^ set(first))
    measured = Measurement("schedules that came or went", ", ".join(more) or "none", source="http")
    recorder.check(measured, Limit("==", "none"), "a GET must change nothing; schedule by POST")


@then("the schedule is stored as it was chosen")
def stored_as_chosen(docflow_made: Made, offered: access.Offered, recorder: Recorder) -> None:
    found = "; ".join(f"{row['frequency']} {row['format']}" for row in docflow_made.stored("schedules")) or "none"
    measured = Measurement("schedules that are stored", found, source="sql", query=f"status {offered.status}")
    recorder.check(measured, Limit("==", f"{offered.frequency} {offered.form}"), "compare what was sent with the row")


@then("it is among the schedules that are listed")
def is_listed(docflow: DocFlow, docflow_made: Made, recorder: Recorder) -> None:
    ids = [str(row["id"]) for row in docflow_made.stored("schedules")]
    listed = {str(one["id"]) for one in docflow.schedules()}
    measured = Measurement("schedules of the run that are listed", len(listed & set(ids)), "count", source="http")
    recorder.check(measured, Limit("==", 1, "count"), "compare the list with the rows")


@then("each refuses the call for want of a valid token")
def each_refuses(statuses_of_endpoints: Statuses, recorder: Recorder) -> None:
    others = [f"{name} with {reply.status}" for name, reply in statuses_of_endpoints.items() if reply.status != 401]
    count = len(statuses_of_endpoints)
    measured = Measurement("endpoints that do not refuse", ", ".join(others) or "none", samples=count, source="http")
    recorder.check(measured, Limit("==", "none"), SHUT)


@then("each is refused before it reaches an instance")
def refused_at_door(statuses_of_endpoints: Statuses, recorder: Recorder) -> None:
    others = [
        f"{name} with {reply.status}" for name, reply in statuses_of_endpoints.items() if not access.at_door(reply)
    ]
    count = len(statuses_of_endpoints)
    measured = Measurement("what a stranger reaches", ", ".join(others) or "nothing", samples=count, source="http")
    recorder.check(measured, Limit("==", "nothing"), "close staging, and find out who has been there")
