"""The queries of the database build: what they give, how quickly, how it is found, and which are the slowest."""

from datetime import timedelta
from typing import Any, TypeAlias

from pytest_bdd import then, when

from gonogo import judge
from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Inconclusive
from gonogo.probes.query_study import Plan
from gonogo.probes.statements import Statement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes_sql import idle, reading, refused, schema, stored
from systems.mes_sql.build import Build

Row: TypeAlias = dict[str, Any]
CORRECT = "correct the query in the query helpers, where every controller takes it from"
SLOW = "look at the plan of the query before an index is added"


@when(phrase("plan {plan_id:text} is loaded by the build"), target_fixture="loaded")
def load(build: Build, plan_id: str) -> Row:
    return build.plan(plan_id)


@when("a plan without nodes is loaded by the build", target_fixture="loaded")
def load_without_nodes(build: Build) -> Row:
    plan_id = stored.without_nodes(build.green)
    if plan_id is None:
        raise Inconclusive("every plan has nodes, so that this shows nothing; seed one without")
    return load(build, plan_id)


@when(phrase("the workers that the build shows as idle at {station:text} are looked up"), target_fixture="offered")
def look_up_idle(build: Build, station: str) -> list[str]:
    return idle.shown(build, station)


@when(phrase("the query {query:text} is executed {n:count} times"), target_fixture="executions")
def execute(build: Build, query: str, n: int) -> list[float]:
    return list(build.green.study(query).executions(n, **reading.parameters(build)))


@when(phrase("the query {query:text} is explained"), target_fixture="query_plan")
def explain(build: Build, query: str) -> Plan:
    return build.green.study(query).plan(**reading.parameters(build))


@when(phrase("the {n:count} slowest statements are listed"), target_fixture="slowest_statements")
def list_slowest(build: Build, n: int) -> list[Statement]:
    return refused.slowest(build, n)


@then("it has every node of the plan")
def every_node(build: Build, loaded: Row, recorder: Recorder) -> None:
    wanted = sorted(row["node"] for row in build.green.query("nodes", plan=loaded["id"]))
    _same(recorder, "nodes of the plan", sorted(node["nodeId"] for node in loaded["nodes"]), wanted)


@then("it has every station of each node")
def every_station(build: Build, loaded: Row, recorder: Recorder) -> None:
    rows = build.green.query("stations of nodes", plan=loaded["id"])
    wanted = sorted((row["node"], row["station"]) for row in rows)
    found = sorted((node["nodeId"], one["stationId"]) for node in loaded["nodes"] for one in node["stations"])
    _same(recorder, "stations of the nodes", found, wanted)


@then("its nodes follow their sequence")
def in_sequence(build: Build, loaded: Row, recorder: Recorder) -> None:
    rows = build.green.query("nodes", plan=loaded["id"])
    wanted = [row["node"] for row in sorted(rows, key=lambda row: int(row["sequence_order"]))]
    _same(recorder, "nodes in their order", [node["nodeId"] for node in loaded["nodes"]], wanted)


@then("each of its stations has an id and a priority")
def id_and_priority(loaded: Row, recorder: Recorder) -> None:
    stations = [station for node in loaded["nodes"] for station in node["stations"]]
    wrong = [one for one in stations if not one.get("stationId") or not isinstance(one.get("priority"), int)]
    measured = Measurement("stations without id or priority", len(wrong), "count", samples=len(stations), source="sql")
    recorder.expect(bool(stations) and not wrong, measured, "0 of at least one", CORRECT)


@then("its list of nodes is empty")
def no_phantom(loaded: Row, recorder: Recorder) -> None:
    measured = Measurement(f"nodes of {loaded['id']}", str(loaded["nodes"]), source="http")
    recorder.check(measured, Limit("==", "[]"), "filter the aggregate: an outer join gives a row of nulls")


@then(phrase("they are exactly the workers of {station:text} that have no task"))
def exactly_idle(build: Build, offered: list[str], recorder: Recorder, station: str) -> None:
    _same(recorder, f"idle workers of {station}", sorted(offered), idle.by_hand(build, station))


@then(phrase("{share:ratio} of its executions take less than {limit:duration}"))
def executions_below(executions: list[float], recorder: Recorder, share: float, limit: timedelta) -> None:
    bound = Limit("<", limit.total_seconds(), "s")
    subject = f"{share * 100:g} % quantile of the executions"
    recorder.require(judge.quantile(subject, executions, share, bound, source="sql", remedy=SLOW))


@then(phrase("no table of more than {rows:count} rows is read from end to end"))
def no_large_scan(build: Build, query_plan: Plan, recorder: Recorder, rows: int) -> None:
    scanned = query_plan.large_scans(schema.counted(build.green.sql, query_plan.scanned), rows)
    measured = Measurement("large tables read from end to end", ", ".join(scanned) or "none", source="sql")
    recorder.check(measured, Limit("==", "none"), "add the index, and run ANALYZE")


@then("they are in the order of their total time, and say how often they ran")
def in_order(slowest_statements: list[Statement], recorder: Recorder) -> None:
    times = [one.total_s for one in slowest_statements]
    good = bool(times) and times == sorted(times, reverse=True) and all(one.calls > 0 for one in slowest_statements)
    found = "; ".join(f"{one.calls} times, {one.total_s:.3f} s" for one in slowest_statements[:3]) or "none"
    measured = Measurement("slowest statements", found, samples=len(times), source="sql")
    recorder.expect(good, measured, "at least one, each with calls, in falling order", "load pg_stat_statements")


def _same(recorder: Recorder, subject: str, found: list[Any], wanted: list[Any]) -> None:
    measured = Measurement(subject, str(found), samples=len(wanted), source="sql")
    recorder.expect(bool(wanted) and found == wanted, measured, str(wanted) if wanted else "at least one", CORRECT)
