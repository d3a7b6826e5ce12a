"""What a seed leaves in the test database."""

from pytest_bdd import then

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes_sql import schema
from systems.mes_sql.build import Build

SEED = "mend the seed script, and seed again"


@then(phrase("it holds {workers:count} workers, {stations:count} stations and {plans:count} plans"))
def holds(build: Build, recorder: Recorder, workers: int, stations: int, plans: int) -> None:
    (sizes,) = schema.on(build.test, build, "sizes of the seed")
    found = ", ".join(f"{count} {name}" for name, count in sizes.items())
    measured = Measurement("what the seed has left", found, source="sql")
    recorder.check(measured, Limit("==", f"{workers} workers, {stations} stations, {plans} plans"), SEED)


@then(
    phrase(
        "it holds {workers:count} to {most_workers:count} workers, {stations:count} to {most_stations:count} stations "
        "and {plans:count} to {most_plans:count} plans"
    )
)
def holds_between(
    build: Build,
    recorder: Recorder,
    workers: int,
    most_workers: int,
    stations: int,
    most_stations: int,
    plans: int,
    most_plans: int,
) -> None:
    (sizes,) = schema.on(build.test, build, "sizes of the seed")
    spans = {"workers": (workers, most_workers), "stations": (stations, most_stations), "plans": (plans, most_plans)}
    for name, (least, most) in spans.items():
        measured = Measurement(f"{name} of the seed", int(str(sizes[name])), "count", source="sql")
        recorder.check(measured, Limit(">=", least, "count"), SEED)
        recorder.check(measured, Limit("<=", most, "count"), SEED)


@then(phrase("its table {table:text} holds at least {n:count} rows"))
def table_holds(build: Build, recorder: Recorder, table: str, n: int) -> None:
    rows = build.test.sql.value(f'select count(*) from mes."{table}"', subject=f"rows of {table}")  # noqa: S608 - quoted
    recorder.check(rows, Limit(">=", n, "count"), SEED)


@then("no row of the test database refers to one that is not there")
def no_orphans(build: Build, recorder: Recorder) -> None:
    rows, lost = schema.followed(build.test.sql)
    measured = Measurement("references that lead nowhere", len(lost), "count", samples=rows, query="; ".join(lost))
    recorder.expect(rows > 0 and not lost, measured, "0 of at least one", SEED)


@then("the nodes of each plan are numbered from 1 on without a gap")
def no_gaps(build: Build, recorder: Recorder) -> None:
    (rows,) = schema.on(build.test, build, "rows of the former tables")
    wrong = schema.on(build.test, build, "plans with a gap in their sequence")
    shown = "; ".join(f"{row['plan']} has {row['sequence']}" for row in wrong[:3])
    measured = Measurement("plans with a gap", len(wrong), "count", samples=int(str(rows["nodes"])), query=shown)
    recorder.expect(bool(rows["nodes"]) and not wrong, measured, "0, of at least one node", SEED)
