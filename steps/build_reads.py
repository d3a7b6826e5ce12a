"""Reading from the database build: plans beside their rows, both stores beside each other, and how long it takes."""

from typing import Any, TypeAlias

from pytest_bdd import given, then, when

from gonogo import judge
from gonogo.measurement import Limit, Measurement
from gonogo.probes.log import LogMark
from gonogo.probes.reply import Reply
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes_sql import dual, reading
from systems.mes_sql.build import Build
from systems.mes_sql.made import Made
from systems.mes_sql.reading import Pair

Seconds: TypeAlias = list[float]
DIFFERS = "read in the evidence which plan differs in what, and correct the query that gives it"
WHOLE = "each says what its rows say of nodes, stations, material inputs and predecessors"


@given("the end of the log of green is known", target_fixture="green_mark")
def end_of_log(build: Build) -> LogMark:
    return build.green.log("green").mark()


@when(phrase("{n:count} different plans are read"), target_fixture="plan_ids")
def read_several(build: Build, n: int) -> list[str]:
    return reading.spread_out(build, n)


@when("every plan is put together by the build and by hand", target_fixture="pair_of_plans")
def by_build_and_hand(build: Build) -> Pair:
    return reading.by_build_and_hand(build)


@when("every plan is read from blue and from green", target_fixture="pair_of_plans")
def from_both(build: Build) -> Pair:
    return reading.from_both(build)


@when("a plan is asked for that does not exist", target_fixture="reply_to_unknown")
def ask_unknown(build: Build) -> Reply:
    return build.ask_for_plan("PPL-0000-000")


@when(phrase("{what} is read {n:count} times"), target_fixture="response_times")
def read_times(build: Build, what: str, n: int) -> Seconds:
    return reading.timed(build, what, n)


@when("one plan is read while the statements of the database are counted", target_fixture="statements_run")
def read_counted(build: Build) -> int:
    return reading.statements_for_one(build)


@when("a plan is read that the former store holds with another quantity", target_fixture="altered")
def read_altered(build: Build, made_rows: Made) -> str:
    return dual.read_altered(build, made_rows)


@when("the service is asked for its pool of connections", target_fixture="pool")
def ask_pool(build: Build) -> dict[str, Any]:
    return build.instance(build.green).pool


@then("both give the same plans")
def same_plans(pair_of_plans: Pair, recorder: Recorder) -> None:
    expected, found = pair_of_plans.expected, pair_of_plans.found
    recorder.require(judge.same_rows("plans of both", expected, found, source="http and sql", remedy=DIFFERS))


@then(WHOLE)
def as_rows(build: Build, plan_ids: list[str], recorder: Recorder) -> None:
    pair = reading.beside_rows(build, plan_ids)
    recorder.require(judge.same_rows("plans", pair.expected, pair.found, source="http and sql", remedy=DIFFERS))


@then("at least one of them has nodes, stations, material inputs and predecessors")
def parts_seen(build: Build, plan_ids: list[str], recorder: Recorder) -> None:
    for part, plans in reading.parts_seen(build, plan_ids).items():
        measured = Measurement(f"plans with {part}", plans, "count", samples=len(plan_ids), source="http")
        recorder.check(measured, Limit(">=", 1, "count"), DIFFERS)


@then("the answer is that it is not found")
def not_found(reply_to_unknown: Reply, recorder: Recorder) -> None:
    measured = Measurement("status for an unknown plan", reply_to_unknown.status, source="http")
    recorder.check(measured, Limit("==", 404), "answer 404, so that a mistyped id can be told from an empty plan")


@then(phrase("the database has executed {n:count} statement for it"))
def one_statement(statements_run: int, recorder: Recorder, n: int) -> None:
    measured = Measurement("statements for one plan", statements_run, "count", source="sql")
    recorder.check(measured, Limit("==", n, "count"), "look for a query in a loop")


@then(phrase("the log of green has since said that this plan differs in {field:text}"))
def has_logged(build: Build, green_mark: LogMark, altered: str, recorder: Recorder, field: str) -> None:
    found = dual.awaited(build.green.log("green"), altered, field, green_mark)
    recorder.check(found, Limit(">=", 1, "count"), "look whether the dual read is on, and where its log goes")


@then("the log of green has since said of no plan that it differs")
def has_not_logged(build: Build, green_mark: LogMark, recorder: Recorder) -> None:
    found = build.green.log("green").count(dual.DIFFERENCE, green_mark)
    recorder.check(found, Limit("==", 0, "count"), "resolve each difference, and read every plan once more")


@then("the pool has a limit, of at most half of what the database allows")
def pool_limited(build: Build, pool: dict[str, Any], recorder: Recorder) -> None:
    allowed = int(build.green.query("connections of the server")[0]["allowed"])
    measured = Measurement("limit of the pool", pool.get("max"), "count", source="http")
    recorder.check(measured, Limit(">=", 1, "count"), "set a limit")
    recorder.check(measured, Limit("<=", allowed // 2, "count"), "leave room for a second instance")


@then("no more connections are open than the pool allows")
def pool_kept(pool: dict[str, Any], recorder: Recorder) -> None:
    measured = Measurement("connections of the pool", pool.get("size"), "count", source="http")
    recorder.check(measured, Limit("<=", pool["max"], "count"), "find out what opens connections beside the pool")
