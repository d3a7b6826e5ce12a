"""The pilot plans: how they were chosen, migrated one by one, and carried out."""

from collections.abc import Callable

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Inconclusive
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes.api import Mes
from systems.mes.migration import Report
from systems.mes.pilot import PilotPlan, SingleMigration, migrate_first_candidate, selected
from systems.papers import Papers

Pilots = list[PilotPlan]


@when("the pilot selection is compared with the database", target_fixture="pilots")
def compare(mes: Mes, papers: Papers) -> Pilots:
    return selected(mes.target, papers)


@when("the candidates for the pilot are listed", target_fixture="candidates")
def candidates(mes: Mes) -> list[dict[str, object]]:
    return mes.plans(candidate="pilot")


@when("one candidate is migrated by its id", target_fixture="single")
def migrate_one(mes: Mes) -> SingleMigration:
    return migrate_first_candidate(mes)


@when("the migration of a pilot plan is rehearsed again", target_fixture="report")
def rehearse_again(mes: Mes, papers: Papers) -> Report:
    plan_id = selected(mes.target, papers)[0].plan_id
    return Report(mes.command("migrate", "--dry-run", f"--planId={plan_id}").stdout)


@then("the report says that the plan is already migrated")
def already_migrated(report: Report, recorder: Recorder) -> None:
    measured = Measurement("report on a plan that was migrated", report.text.strip(), source="command")
    recorder.check(measured, Limit("contains", "Already migrated"), "compare the plan with the export")


@then("that plan has nodes")
def has_nodes(mes: Mes, single: SingleMigration, recorder: Recorder) -> None:
    (stored,) = mes.target.query("shapes of a plan", plan=single.plan_id)
    measured = Measurement(f"nodes of {single.plan_id}", stored["nodes"], "count", source="sql")
    recorder.check(measured, Limit("==", stored["steps"], "count"), "restore the export")


@then("every other plan is stored as before")
def others_as_before(single: SingleMigration, recorder: Recorder) -> None:
    changed = single.changed_others
    measured = Measurement(
        "other plans that changed", len(changed), "count", source="sql", query=", ".join(changed[:5])
    )
    recorder.check(measured, Limit("==", 0, "count"), "stop, restore the export, and mend the script")


@then(phrase("{low:count} to {high:count} pilot plans are chosen"))
def number_chosen(pilots: Pilots, recorder: Recorder, low: int, high: int) -> None:
    measured = Measurement("pilot plans", len(pilots), "count", source="folder")
    recorder.expect(low <= len(pilots) <= high, measured, f"{low} to {high}", "choose as many as the plan asks for")


@then(phrase("every pilot plan is for fewer than {n:count} units"))
def few_units(pilots: Pilots, recorder: Recorder, n: int) -> None:
    _none(pilots, recorder, "that are too large", lambda pilot: pilot.quantity >= n)


@then(phrase("every pilot plan has fewer than {n:count} operations"))
def few_operations(pilots: Pilots, recorder: Recorder, n: int) -> None:
    _none(pilots, recorder, "with too many operations", lambda pilot: pilot.operations >= n)


@then("no pilot plan is urgent")
def not_urgent(pilots: Pilots, recorder: Recorder) -> None:
    _none(pilots, recorder, "that are urgent", lambda pilot: pilot.urgent)


@then("no pilot plan lacks material")
def material_in_stock(pilots: Pilots, recorder: Recorder) -> None:
    _none(pilots, recorder, "that lack material", lambda pilot: bool(pilot.short_of))


@then("every pilot plan is listed with its order, quantity and operations")
def listed_as_stored(pilots: Pilots, recorder: Recorder) -> None:
    _none(pilots, recorder, "whose entry is not what is stored", lambda pilot: pilot.listed != pilot.stored)


@then("every pilot plan was migrated")
def migrated(pilots: Pilots, recorder: Recorder) -> None:
    _none(pilots, recorder, "that were not migrated", lambda pilot: pilot.migrated_at is None)


@then("every pilot plan was migrated at a time of its own")
def migrated_singly(pilots: Pilots, recorder: Recorder) -> None:
    times = [pilot.migrated_at for pilot in pilots]
    _none(pilots, recorder, "migrated together with another", lambda pilot: times.count(pilot.migrated_at) > 1)


@then("every pilot plan was carried out to its end")
def carried_out(pilots: Pilots, recorder: Recorder) -> None:
    _none(pilots, recorder, "that are not completed", lambda pilot: pilot.status != "completed")


@then(phrase("every candidate is a {status}"))
def candidates_are(candidates: list[dict[str, object]], recorder: Recorder, status: str) -> None:
    if not candidates:
        raise Inconclusive("no plan is a candidate for the pilot, so that the query shows nothing")
    others = sorted(f"{plan['id']} is {plan['status']}" for plan in candidates if plan["status"] != status)
    measured = Measurement("candidates of another status", len(others), "count", samples=len(candidates), source="http")
    recorder.check(measured, Limit("==", 0, "count"), f"mend the query: {', '.join(others[:3])}")


@then("no assignment of a pilot plan is open")
def none_open(mes: Mes, pilots: Pilots, recorder: Recorder) -> None:
    found = mes.target.query("open assignments", ids=[pilot.plan_id for pilot in pilots])
    said = ", ".join(str(row["id"]) for row in found[:5])
    measured = Measurement("open assignments of pilot plans", len(found), "count", source="sql", query=said)
    recorder.check(measured, Limit("==", 0, "count"), "the pilot is not over; finish them first")


def _none(pilots: Pilots, recorder: Recorder, what: str, wrong: Callable[[PilotPlan], bool]) -> None:
    """Require that no pilot plan is `wrong`."""
    found = [pilot.plan_id for pilot in pilots if wrong(pilot)]
    measured = Measurement(
        f"pilot plans {what}", len(found), "count", samples=len(pilots), source="sql", query=", ".join(found)
    )
    recorder.check(measured, Limit("==", 0, "count"), "take another plan for the pilot, or correct the selection")
