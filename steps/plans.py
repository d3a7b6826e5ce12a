"""Plans that are sent: read back as they were, read from the right one of two shapes, refused with every reason."""

from typing import Any

from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.probes.reply import Reply
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import offers, repository, sample
from systems.mes.api import Mes
from systems.mes.made import MadePlans

Document = dict[str, Any]
CHOICE = "compare the choice of nodes in the plan routes with the flag's reference"
SCHEMA = "compare the plan schema, and the code that goes by it, with the API documentation"


@given(phrase("a plan that is stored in {shapes}"), target_fixture="plan")
def stored_in(made: MadePlans, shapes: str) -> Document:
    return made.create(offers.shaped(shapes))


@when("the plan is loaded", target_fixture="plan")
def load(mes: Mes, plan: Document) -> Document:
    return mes.plan(plan["id"])


@when("a plan is sent and read again", target_fixture="plan")
def send_and_read(mes: Mes, made: MadePlans) -> Document:
    return mes.plan(made.create()["id"])


@when(phrase("a plan is sent with {flaw}"), target_fixture="refusal")
def send_flawed(mes: Mes, made: MadePlans, flaw: str) -> Reply:
    return mes.offer(made.named(offers.flawed(flaw)))


@then(phrase("its steps are those of its {shape}"))
def steps_are_of(plan: Document, recorder: Recorder, shape: str) -> None:
    measured = Measurement(f"where the steps of {plan['id']} come from", offers.read_from(plan), source="http")
    recorder.check(measured, Limit("==", shape), CHOICE)


@then("its nodes are as they were sent")
def nodes_as_sent(plan: Document, recorder: Recorder) -> None:
    wanted = sample.plan()["nodes"]
    found = [{name: node.get(name) for name in sent} for sent, node in zip(wanted, plan["nodes"], strict=False)]
    same = len(plan["nodes"]) == len(wanted) and found == wanted and plan["nodesUsed"] == "nodes"
    measured = Measurement(f"nodes of {plan['id']}", str(found), source="http")
    recorder.expect(same, measured, str(wanted), SCHEMA)


@then(phrase("its steps take {minutes:numbers} minutes"))
def steps_take(plan: Document, recorder: Recorder, minutes: list[float]) -> None:
    found = ", ".join(f"{node['effectiveTime']:g}" for node in plan["nodes"])
    measured = Measurement(f"effective times of {plan['id']}", found, source="http")
    required = ", ".join(f"{time:g}" for time in minutes)
    recorder.check(measured, Limit("==", required), "effective time is nominal time divided by efficiency")


@then("it is refused for this and no other reason")
@then("it is refused for these and no other reasons")
def refused_for(refusal: Reply, recorder: Recorder, datatable: list[list[str]]) -> None:
    listed = refusal.json().get("details", []) if refusal.status == 400 else []
    found = "; ".join(sorted(listed)) or f"status {refusal.status} without reasons"
    measured = Measurement("reasons of the refusal", found, source="http", query=refusal.request)
    recorder.check(measured, Limit("==", "; ".join(sorted(reason for (reason,) in datatable))), SCHEMA)


@then("nothing of it is stored")
def nothing_stored(made: MadePlans, recorder: Recorder) -> None:
    measured = Measurement("plans of this scenario that are stored", len(made.found()), "count", source="http")
    recorder.check(measured, Limit("==", 0, "count"), SCHEMA)


@then("it is accepted and stored")
def accepted(refusal: Reply, made: MadePlans, recorder: Recorder) -> None:
    found = f"status {refusal.status}, {len(made.found())} stored"
    measured = Measurement("answer to the plan", found, source="http", query=refusal.request)
    recorder.check(measured, Limit("==", "status 201, 1 stored"), "look at what the flag of validation does")


@then(phrase("{flaw} is refused by name, or left out of what is stored"))
def refused_or_ignored(mes: Mes, made: MadePlans, refusal: Reply, recorder: Recorder, flaw: str) -> None:
    field = offers.DEPRECATED[flaw]
    stored = {name for plan in made.found() for name in repository.fields(mes.target.query("plan", id=plan["id"]))}
    refused = refusal.status == 400 and field in refusal.text
    ignored = refusal.status == 201 and bool(stored) and field not in stored
    said = f"status {refusal.status}, {'stored' if field in stored else 'not stored'}"
    measured = Measurement(f"what became of the field {field}", said, source="http", query=refusal.request)
    recorder.expect(refused or ignored, measured, "refused by its name, or not stored", SCHEMA)
