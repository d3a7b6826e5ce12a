"""Figures with their denominators: rates of the whole rollout, the fallback, response times within a deadline."""

from datetime import timedelta
from typing import TypeAlias

from pytest_bdd import given, then, when

from gonogo import judge
from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Unverified
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import figures
from systems.mes.api import Mes
from systems.mes.figures import Outcomes, Reading
from systems.mes.made import MadePlans

Seconds: TypeAlias = list[float]
DATA = "compare these plans with the export made before the migration"
SLOW = "look at what this plan's steps cost when their times are computed"


@when(phrase("all recorded {kind:events} of the rollout are counted"), target_fixture="outcomes")
def count_outcomes(mes: Mes, kind: str) -> Outcomes:
    return figures.outcomes(mes.target, kind)


@when("the requests since the migration are counted", target_fixture="outcomes")
def count_requests(mes: Mes) -> Outcomes:
    return figures.requests_since_migration(mes.target)


@when("the stored plans are counted by their shape", target_fixture="shapes")
def count_shapes(mes: Mes) -> dict[str, int]:
    return figures.shapes(mes.target)


@when("stored plans are read", target_fixture="readings")
def read_some(mes: Mes) -> list[Reading]:
    return figures.read_newest(mes)


@when(
    phrase("up to {n:count} {operation:operation} are timed for at most {time:duration}"),
    target_fixture="response_times",
)
def time_for(mes: Mes, made: MadePlans, n: int, operation: str, time: timedelta) -> Seconds:
    return figures.timed(mes, made, operation, n, time)


@when(phrase("the longest and the shortest plan are read in turns, {n:count} times each"), target_fixture="pair")
def read_in_turns(mes: Mes, n: int) -> tuple[Seconds, Seconds]:
    return figures.in_turns(mes, n)


@then(phrase("fewer than {limit:ratio} of them ended badly"))
def few_bad(outcomes: Outcomes, recorder: Recorder, limit: float) -> None:
    bound = Limit("<", limit, "ratio")
    recorder.require(judge.rate(outcomes.subject, outcomes.bad, outcomes.total, bound, source="sql", remedy=DATA))


@then("none of them failed")
def none_failed(outcomes: Outcomes, recorder: Recorder) -> None:
    measured = Measurement(outcomes.subject, outcomes.bad, "count", samples=outcomes.total, source="sql")
    required = "0 of at least one request"
    recorder.expect(outcomes.total > 0 and outcomes.bad == 0, measured, required, "look for them in the backend log")


@then("no plan is on the fallback")
def none_on_fallback(mes: Mes, recorder: Recorder) -> None:
    found = figures.share_on_fallback(mes.target)
    measured = Measurement(
        found.subject, found.events, "count", samples=found.total, source="metrics", query=found.query
    )
    required = "0 of at least one plan"
    recorder.expect(found.total > 0 and found.events == 0, measured, required, "migrate these plans")


@then("every plan is among the migrated")
def all_migrated(shapes: dict[str, int], recorder: Recorder) -> None:
    found = Measurement("plans without nodes", shapes["unmigrated"], "count", samples=shapes["total"], source="sql")
    recorder.expect(shapes["total"] > 0 and not shapes["unmigrated"], found, "0 of at least one plan", "migrate them")


@then("every plan has kept its execution graph, as the way back")
def way_back(mes: Mes, recorder: Recorder) -> None:
    recorder.check(mes.target.value("plans without an execution graph"), Limit("==", 0, "count"), DATA)


@then("every one of them is read from its nodes")
def from_nodes(readings: list[Reading], recorder: Recorder) -> None:
    others = [reading.plan_id for reading in readings if reading.source != "nodes"]
    measured = Measurement(
        "plans not read from their nodes", len(others), "count", samples=len(readings), source="http"
    )
    recorder.check(measured, Limit("==", 0, "count"), "look at the flag of the running process")


@then("it gives exactly the steps that are stored as nodes")
def as_stored(mes: Mes, readings: list[Reading], recorder: Recorder) -> None:
    wrong = figures.unlike_stored(mes.target, readings)
    measured = Measurement(
        "plans served otherwise than stored", len(wrong), "count", samples=len(readings), source="sql"
    )
    recorder.check(measured, Limit("==", 0, "count"), DATA)


@then(phrase("the longer takes at most {factor:number} times as long"))
def at_most_times(pair: tuple[Seconds, Seconds], recorder: Recorder, factor: float) -> None:
    limit = Limit("<=", factor, "times")
    subject = "reading the longest plan beside the shortest"
    recorder.require(judge.ratio_to_baseline(subject, pair[0], pair[1], limit, source="http", remedy=SLOW))


@given(phrase("{n:count} migrated plans, but for {left:count} of them"))
def almost_migrated(mes: Mes, n: int, left: int) -> None:
    mes.arrange("migrated", plans=n, problems={"validation": left})
    found = figures.shapes(mes.target)
    if (found["total"], found["unmigrated"]) != (n, left):
        raise Unverified(f"{found['unmigrated']} of {found['total']} plans are not migrated, required {left} of {n}")


@when("the queries for plans are compared with the indexes", target_fixture="unserved")
def compare_indexes(mes: Mes) -> list[str]:
    return [row["purpose"] for row in mes.target.query("plan queries without an index")]


@then("each of them has its index")
def all_indexed(unserved: list[str], recorder: Recorder) -> None:
    measured = Measurement("queries for plans without an index", ", ".join(unserved) or "none", source="sql")
    recorder.check(measured, Limit("==", "none"), "add the index for the columns that the environment file names")


@then("no plan is without any steps")
def none_without_steps(mes: Mes, recorder: Recorder) -> None:
    recorder.check(mes.target.value("plans without any steps"), Limit("==", 0, "count"), DATA)
