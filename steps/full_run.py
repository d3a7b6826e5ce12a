"""The night of the migration: the export before it, the run itself, and what is left afterwards."""

from datetime import timedelta

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import figures, full_run
from systems.mes.api import Mes
from systems.mes.backups import Export
from systems.mes.full_run import Timed
from systems.mes.migration import Report

ANEW = "take a new export before a single plan is migrated"
Counts = dict[str, int | None]


@when("the export that goes before the migration is looked for", target_fixture="export")
def look_for(mes: Mes) -> Export:
    return full_run.named_after_moment(mes)


@when(phrase("the migration of all plans is timed, with a limit of {limit:duration}"), target_fixture="timed")
def time_all(mes: Mes, limit: timedelta) -> Timed:
    return full_run.timed(mes, limit.total_seconds())


@when("the script counts the plans", target_fixture="counted")
def count(mes: Mes) -> Counts:
    return full_run.statistics(mes)


@then("its name says when it was taken")
def named_after_moment(export: Export, recorder: Recorder) -> None:
    late = abs(full_run.moment_in_name(export) - export.created_at).total_seconds()
    measured = Measurement(
        f"time between the name {export.name} and the export", late, "s", source="sql", query="exports"
    )
    recorder.check(measured, Limit("<=", 60.0, "s"), "whoever restores at night goes by the name; name it anew")


@then(phrase("it was taken at most {age:duration} before the plans were migrated"))
def taken_shortly_before(mes: Mes, export: Export, recorder: Recorder, age: timedelta) -> None:
    found = full_run.age_at_migration(mes, export).total_seconds()
    measured = Measurement(
        f"age of the export {export.name} at the migration", found, "s", source="sql", query="exports"
    )
    recorder.expect(0 <= found <= age.total_seconds(), measured, f"0 to {age.total_seconds() / 3600:g} h", ANEW)


@then("the catalogue says when it was checked")
def check_on_record(export: Export, recorder: Recorder) -> None:
    found = export.verified_at.isoformat() if export.verified_at else "never"
    measured = Measurement(f"check of the export {export.name}", found, source="sql", query="exports")
    recorder.expect(export.verified_at is not None, measured, "a moment", ANEW)


@then("the backup command lists it")
def is_listed(mes: Mes, export: Export, recorder: Recorder) -> None:
    names = full_run.listed(mes)
    measured = Measurement("exports that the backup command lists", ", ".join(names) or "none", source="command")
    recorder.expect(export.name in names, measured, export.name, ANEW)


@then("the log of the run has a line for each plan, and no error")
def log_is_whole(mes: Mes, report: Report, recorder: Recorder) -> None:
    lines = full_run.logged(report.text)
    errors = [line for line in report.lines if " ERROR " in line]
    measured = Measurement(
        "errors in the log of the run", len(errors), "count", source="command", query="; ".join(errors[:3])
    )
    recorder.check(measured, Limit("==", 0, "count"), "look at each plan that is named before going on")
    named = Measurement("plans named in the log of the run", len(lines), "count", source="command")
    recorder.check(named, Limit("==", len(mes.fingerprints()), "count"), "keep the whole output of the run")


@then("it stays within the limit")
def stays_within(timed: Timed, recorder: Recorder) -> None:
    how = "predicted from the first plan" if timed.predicted else "measured"
    measured = Measurement(f"migration of {timed.plans} plans, {how}", timed.duration_s, "s", source="command")
    recorder.check(measured, Limit("<=", timed.limit_s, "s"), "book a longer window, or mend the script")


@then("the report says that all plans are migrated")
def all_done(report: Report, recorder: Recorder) -> None:
    measured = Measurement("end of the report", (report.lines or ["nothing"])[-1], source="command")
    recorder.check(measured, Limit("==", "All plans already migrated"), "migrate what is left, then rehearse again")


@then("its counts are those of the stored plans")
def counts_agree(mes: Mes, counted: Counts, recorder: Recorder) -> None:
    stored = figures.shapes(mes.target)
    found = ", ".join(f"{name} {counted[name]}" for name in stored)
    wanted = ", ".join(f"{name} {number}" for name, number in stored.items())
    recorder.check(
        Measurement("counts of the script", found, source="command"), Limit("==", wanted), "mend its counting"
    )
