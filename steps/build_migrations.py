"""The migrations of the database build: run in the test environment, taken back, and run again."""

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes_sql import migrations, schema
from systems.mes_sql.build import Build
from systems.mes_sql.migrations import Migrated, RoundTrip

MEND = "compare the migrations that were run here with those of the release"


@when("the migrations are run in the test environment", target_fixture="migrated")
def run_migrations(build: Build) -> Migrated:
    return migrations.migrate(build)


@when("the printed rollback is run in the test environment, and the migrations again", target_fixture="round_trip")
def one_back(build: Build) -> RoundTrip:
    return migrations.back_and_forth(build, migrations.snapshot(build))


@when("the migrations are run in the test environment, all rolled back, and run again", target_fixture="round_trip")
def there_and_back(build: Build) -> RoundTrip:
    return migrations.there_and_back(build)


@then(phrase("the migrations {revisions:texts} are applied there"))
def are_applied(build: Build, recorder: Recorder, revisions: list[str]) -> None:
    found = migrations.statuses(build)
    absent = ", ".join(revision for revision in revisions if found.get(revision) != "applied")
    measured = Measurement("migrations that are not applied", absent or "none", source="command")
    recorder.check(measured, Limit("==", "none"), "read in the evidence where the run has ended, and mend it")


@then(phrase("in between {revision:text} was the only migration that was not applied"))
def only_one_back(round_trip: RoundTrip, recorder: Recorder, revision: str) -> None:
    found = ", ".join(one for one, state in sorted(round_trip.statuses.items()) if state != "applied")
    measured = Measurement("migrations that were not applied", found or "none", source="command")
    recorder.check(measured, Limit("==", revision), MEND)


@then(phrase("migration {revision:text} has brought the {kind} {names:texts}"))
def has_brought(
    build: Build, migrated: Migrated, recorder: Recorder, revision: str, kind: str, names: list[str]
) -> None:
    state = migrations.statuses(build).get(revision, "unknown")
    absent = [name for name in names if name not in migrated.brought(kind)]
    found = f"{state}, without {', '.join(absent) or 'nothing'}"
    measured = Measurement(f"what migration {revision} has brought", found, source="sql and command")
    recorder.expect(state == "applied" and not absent, measured, "applied, without nothing", MEND)


@then("no plan, node, worker or station is in the test database")
def is_empty(build: Build, migrated: Migrated, recorder: Recorder) -> None:
    (rows,) = schema.on(build.test, build, "rows of the former tables")
    held = ", ".join(f"{count} {name}" for name, count in rows.items() if count)
    measured = Measurement("rows after the migrations", held or "none", samples=migrated.exit_code, source="sql")
    recorder.expect(not held and migrated.exit_code == 0, measured, "none, after a run that ended well", MEND)


@then(phrase("in between none of {revisions:texts} was applied"))
def none_between(round_trip: RoundTrip, recorder: Recorder, revisions: list[str]) -> None:
    left = [revision for revision in revisions if round_trip.statuses.get(revision) == "applied"]
    _nothing(recorder, "migrations left in between", left, round_trip.statuses)


@then("in between the schema was as before the first run")
def as_before(round_trip: RoundTrip, recorder: Recorder) -> None:
    found = migrations.differences(round_trip.before, round_trip.between)
    _nothing(recorder, "what the way back has left or lost", found, round_trip.before)


@then("afterwards it is as after the first run")
@then("afterwards the schema is as before the rollback")
def as_after(round_trip: RoundTrip, recorder: Recorder) -> None:
    found = migrations.differences(round_trip.first, round_trip.second)
    _nothing(recorder, "differences after the second run", found, round_trip.first)


def _nothing(recorder: Recorder, subject: str, wrong: list[str], of: object = True) -> None:
    """Require that nothing is wrong; nothing can be right where there is nothing to look at."""
    shown = "; ".join(wrong[:5])
    measured = Measurement(subject, len(wrong), "count", source="sql", query=shown)
    recorder.expect(bool(of) and not wrong, measured, "0, of something", MEND)
