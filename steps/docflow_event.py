"""The audit event of DocFlow's rollout: what it states, and whether that was measured."""

from dataclasses import dataclass

from pytest_bdd import then, when

from gonogo.measurement import Judgement, Limit, Measurement
from gonogo.outcome import Outcome
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.docflow import event
from systems.docflow.service import DocFlow, Document

ANEW = "write the event anew from what Prometheus says, never from the plan's sample"


@dataclass(frozen=True)
class Completed:
    """The events before and after the rollout was completed, newest first, and what Prometheus then gave."""

    before: list[Document]
    after: list[Document]
    measured: dict[str, float]


@when(phrase("the audit event {kind:text} is read"), target_fixture="audit_event")
def read_event(docflow: DocFlow, kind: str) -> Document:
    return event.newest(docflow, kind)


@when("the rollout of DocFlow is completed", target_fixture="completed")
def complete(docflow: DocFlow) -> Completed:
    before = docflow.events(event.COMPLETE)
    event.measured(docflow)  # there is nothing to complete before Prometheus has figures
    docflow.command("rollout", "complete").require()
    return Completed(before, docflow.events(event.COMPLETE), event.measured(docflow))


@then("it states, field by field")
def states_fields(audit_event: Document, recorder: Recorder, datatable: list[list[str]]) -> None:
    judged = [recorder.note(_judged(audit_event, path, what), criterion) for criterion, path, what in datatable[1:]]
    for judgement in judged:
        judgement.require()


@then(phrase("one event {kind:text} has come, and none has gone"))
def one_has_come(completed: Completed, recorder: Recorder, kind: str) -> None:
    new = [one for one in completed.after if one not in completed.before]
    kept = [one for one in completed.before if one in completed.after]
    measured = Measurement(f"new events {kind}", len(new), "count", samples=len(completed.after), source="http")
    recorder.expect(
        len(kept) == len(completed.before), measured, "all events of before are kept", "append, never replace"
    )
    recorder.check(measured, Limit("==", 1, "count"), ANEW)


@then(phrase("its figures are within {part:ratio} of what Prometheus gives"))
def figures_measured(completed: Completed, recorder: Recorder, part: float) -> None:
    for name, value in completed.measured.items():
        stated = event.field(completed.after[0], f"details.success_metrics.{name}")
        off = event.off(stated, value)
        measured = Measurement(f"{name} of the event beside Prometheus", off, "ratio", source="http and prometheus")
        recorder.expect(off <= part, measured, f"{value:g} within {part:.0%}, stated {stated}", ANEW)


def _judged(audit_event: Document, path: str, what: str) -> Judgement:
    found = event.field(audit_event, path)
    measured = Measurement(path, str(found), source="http")
    outcome = Outcome.MET if event.states(found, what) else Outcome.MISSED
    return Judgement(outcome, f"{measured}, required {what}", measured, Limit("==", what), ANEW)
