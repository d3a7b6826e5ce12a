"""The migration from execution graphs to nodes: rehearsed, executed, compared."""

from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.probes.command import CommandResult
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes.api import Mes
from systems.mes.migration import DRY_RUN_TITLE, TOTAL, WAITING, Report, Sample

Prints = dict[str, str]
SPOILED = {"validation errors": "validation", "field mapping issues": "mapping"}  # problem -> what a stand-in calls it
READ_IT = "read the report in the evidence before anyone runs it for real"
COMPARE = "compare these plans with the backup before anything else is run"


@given(phrase("plans of which some have {problem}"))
def some_have(mes: Mes, problem: str) -> None:
    mes.arrange("legacy", problems={SPOILED[problem]: 2})


@given("the checksum of every plan is known", target_fixture="fingerprints")
def known_plans(mes: Mes) -> Prints:
    return mes.fingerprints()


@given("the meaning of every plan is known", target_fixture="checksums")
def known_meanings(mes: Mes) -> Prints:
    meanings: Prints = mes.checksums()["by_plan"]
    return meanings


@given("a migration that has been executed", target_fixture="report")
@when("the migration is executed", target_fixture="report")
def execute(mes: Mes) -> Report:
    return Report(mes.command("migrate", "--execute").stdout)


@when("the migration is rehearsed", target_fixture="report")
def rehearse(mes: Mes) -> Report:
    return Report(mes.command("migrate", "--dry-run").stdout)


@when("the migration script is run without a mode", target_fixture="report")
def run_without_mode(mes: Mes) -> Report:
    return Report(mes.command("migrate").stdout)


@when("one plan is migrated quietly and another in detail", target_fixture="runs")
def migrate_two(mes: Mes) -> tuple[CommandResult, CommandResult]:
    first, second = sorted(mes.fingerprints())[:2]
    quiet = mes.command("migrate", "--execute", f"--planId={first}").require()
    return quiet, mes.command("migrate", "--execute", f"--planId={second}", "--verbose").require()


@then("no plan has changed")
def unchanged(mes: Mes, recorder: Recorder, fingerprints: Prints) -> None:
    _same(recorder, "plans whose stored text has changed", fingerprints, mes.fingerprints())


@then("every plan still means the same")
def same_meaning(mes: Mes, recorder: Recorder, checksums: Prints) -> None:
    _same(recorder, "plans whose steps, quantity or materials have changed", checksums, mes.checksums()["by_plan"])


@then("every plan has nodes")
def all_have_nodes(mes: Mes, recorder: Recorder) -> None:
    recorder.check(
        mes.target.value("plans without nodes"), Limit("==", 0, "count"), "read the errors of the execution report"
    )


@then("the rehearsal comes to its end")
def comes_to_its_end(report: Report, recorder: Recorder) -> None:
    measured = Measurement("plans that the report accounts for", report.count(TOTAL) or 0, "count", source="command")
    recorder.check(measured, Limit(">", 0, "count"), "run the script by hand on staging and read what it says")


@then(phrase("the report says {key:text} is {n:count}"))
def says_count(report: Report, recorder: Recorder, key: str, n: int) -> None:
    found = report.count(key)
    measured = Measurement(f"{key!r} of the report", "not given" if found is None else found, "count", source="command")
    recorder.check(measured, Limit("==", n, "count"), READ_IT)


@then("the report opens with its title and a ruler")
def opens_with_title(report: Report, recorder: Recorder) -> None:
    head = report.lines[:2]
    good = head[:1] == [DRY_RUN_TITLE] and len(head) > 1 and set(head[1]) == {"="}
    measured = Measurement("head of the report", " / ".join(head) or "nothing", source="command")
    recorder.expect(good, measured, f"{DRY_RUN_TITLE!r} and a line of '='")


@then("the report's counts add up to its total")
def adds_up(report: Report, recorder: Recorder) -> None:
    counts = ", ".join(line for line in report.lines[2:6] if line)
    measured = Measurement("counts of the report", counts or "none", source="command")
    recorder.expect(report.counts_add_up, measured, "migrated plans and plans to migrate make up the total", READ_IT)


@then("the report ends with a sample conversion for each plan to migrate")
def ends_with_samples(report: Report, recorder: Recorder) -> None:
    shown = [sample.plan_id for sample in report.samples]
    measured = Measurement("plans with a sample conversion", len(set(shown)), "count", source="command")
    required = f"{report.count(WAITING)} of them, on the last lines"
    at_end = len(report.lines) > 0 and bool(shown) and report.lines[-1].startswith(f"Plan {shown[-1]}:")
    recorder.expect(at_end and len(set(shown)) == report.count(WAITING), measured, required, READ_IT)


@then(phrase("the report shows that {plan} goes from {before:count} to {after:count} nodes"))
def shows_conversion(report: Report, recorder: Recorder, plan: str, before: int, after: int) -> None:
    found = next((sample for sample in report.samples if sample.plan_id == plan), None)
    shown = f"{found.before} nodes to {found.after}" if found else "not shown"
    measured = Measurement(f"sample conversion of {plan}", shown, source="command")
    recorder.expect(found == Sample(plan, before, after), measured, f"{before} nodes to {after}", READ_IT)


@then("the detailed run says more of its plan than the quiet one")
def says_more(recorder: Recorder, runs: tuple[CommandResult, CommandResult]) -> None:
    quiet, detailed = (len(run.stdout.splitlines()) for run in runs)
    measured = Measurement("lines of the detailed run", detailed, "count", source="command")
    recorder.check(measured, Limit(">", quiet, "count"), "without detail a failed migration cannot be explained")


def _same(recorder: Recorder, subject: str, before: Prints, after: Prints) -> None:
    changed = sorted(plan for plan in before.keys() | after.keys() if before.get(plan) != after.get(plan))
    measured = Measurement(subject, len(changed), "count", samples=len(before), query=", ".join(changed[:5]))
    recorder.check(measured, Limit("==", 0, "count"), COMPARE)
