"""What the store has on record: work that was done, how long it took, plans that were damaged, switches thrown back."""

from pytest_bdd import then, when

from gonogo import judge
from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import recorded
from systems.mes.api import Mes
from systems.mes.recorded import Durations, Records
from systems.papers import Papers

SLOW = "look at what slows it down before more plans are migrated"


@when("the records are looked through", target_fixture="records")
def look_through(mes: Mes) -> Records:
    return recorded.records(mes.target)


@when(phrase("the recorded durations of {kind:events} are read"), target_fixture="durations")
def read_durations(mes: Mes, papers: Papers, kind: str) -> Durations:
    return recorded.durations(mes.target, papers, kind)


@then("there are successful plan creations, launches, starts and completions")
def all_kinds_succeeded(records: Records, recorder: Recorder) -> None:
    absent = [kind for kind in recorded.KINDS if not records.succeeded.get(kind)]
    measured = Measurement("kinds of work that never succeeded", ", ".join(absent) or "none", source="sql")
    recorder.expect(not absent, measured, "none", "roll back, then look for these requests in the backend log")


@then("no plan is damaged")
def none_damaged(records: Records, recorder: Recorder) -> None:
    recorder.check(records.damaged, Limit("==", 0, "count"), "switch the canonical model off, and restore the export")


@then("no rollback is among them")
def no_rollback(records: Records, recorder: Recorder) -> None:
    recorder.check(records.rollbacks, Limit("==", 0, "count"), "write up the root cause, and repeat the phase")


@then(phrase("on average they are at most {tolerance:ratio} above the documented baseline"))
def near_baseline(durations: Durations, recorder: Recorder, tolerance: float) -> None:
    limit = Limit("<=", durations.baseline_s * (1 + tolerance), "s")
    subject = f"mean duration of a {durations.kind}"
    recorder.require(judge.mean(subject, durations.samples_s, limit, source="sql", query="durations", remedy=SLOW))
