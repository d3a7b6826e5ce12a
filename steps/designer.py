"""What the plan designer sends for what planners type."""

from typing import Any

from pytest_bdd import then

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from systems.mes import submitted
from systems.mes.designer import TWO_STEPS, Designer

MAPPING = "compare the designer's form with the schema, field by field"


@then("the designer has sent every step with the canonical fields")
def canonical_fields(designer: Designer, recorder: Recorder) -> None:
    lacking = submitted.lacking(submitted.plan(designer.watch))
    measured = Measurement("canonical fields that were not sent", ", ".join(lacking) or "none", source="browser")
    recorder.check(measured, Limit("==", "none"), MAPPING)


@then("the designer has sent no execution graph")
def no_graph(designer: Designer, recorder: Recorder) -> None:
    fields = submitted.plan(designer.watch)
    measured = Measurement("fields of the plan that was sent", ", ".join(fields), source="browser")
    recorder.expect("executionGraph" not in fields, measured, "no executionGraph", "stop sending it: nodes say it all")


@then("the designer has sent the typed times as nominal times")
def times(designer: Designer, recorder: Recorder) -> None:
    _column_is(designer, recorder, "nominalTime", [step.time_min for step in TWO_STEPS], "time")


@then("the designer has sent the typed skills as required skills")
def skills(designer: Designer, recorder: Recorder) -> None:
    _column_is(designer, recorder, "requiredSkills", [submitted.skills(step) for step in TWO_STEPS], "skills")


def _column_is(designer: Designer, recorder: Recorder, field: str, wanted: list[Any], old: str) -> None:
    plan = submitted.plan(designer.watch)
    found, rest = submitted.column(plan, field), [value for value in submitted.column(plan, old) if value is not None]
    measured = Measurement(f"{field} as sent", f"{found}, {len(rest)} under the old name {old}", source="browser")
    recorder.expect(found == wanted and not rest, measured, f"{wanted}, none under the old name", MAPPING)
