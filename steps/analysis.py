"""The analysis before a migration: what the dry run finds fault with, and what was kept of it."""

from pytest_bdd import given, then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import analysis
from systems.mes.api import Mes
from systems.mes.migration import Report
from systems.papers import Papers


@given("plans with problems of every kind")
def problems_of_every_kind(mes: Mes) -> None:
    mes.arrange("legacy", problems={"validation": 2, "missing_operation": 2, "self_loop": 1, "long_cycle": 1})


@when("the kept migration analysis is read", target_fixture="report")
def read_kept(papers: Papers) -> Report:
    return Report(papers.read("migration analysis").text)


@then(phrase("it lists exactly the plans of {heading:text}, each with its reason"))
def lists_exactly(mes: Mes, report: Report, recorder: Recorder, heading: str) -> None:
    found, expected = analysis.listed(report, heading), analysis.plans_with(mes.target, heading)
    unexplained = [plan for plan, reason in found.items() if not reason.strip()]
    measured = Measurement(f"plans under {heading!r}", ", ".join(sorted(found)) or "none", source="command")
    required = f"{', '.join(expected) or 'none'}, as the stored plans have it, and a reason for each"
    recorder.expect(sorted(found) == expected and not unexplained, measured, required, "mend the script's checks first")


@then("it says how many plans await the migration")
def says_how_many(report: Report, recorder: Recorder) -> None:
    waiting = report.count("Will migrate (have executionGraph[])")
    measured = Measurement("plans that await the migration", waiting, "count", source="folder")
    recorder.expect(
        bool(waiting), measured, "a number above 0", "rehearse the migration on production, and keep its output"
    )


@then(phrase("nothing stands under {headings:texts}"))
def nothing_under(report: Report, recorder: Recorder, headings: list[str]) -> None:
    found = [f"{plan}: {why}" for heading in headings for plan, why in analysis.listed(report, heading).items()]
    measured = Measurement(
        "plans with open problems", len(found), "count", source="command", query="; ".join(found[:5])
    )
    recorder.check(measured, Limit("==", 0, "count"), "document and mend these plans, then rehearse again")
