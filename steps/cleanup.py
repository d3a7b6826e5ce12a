"""The cleanup: when it may begin, what its command finds and removes, and what is kept of the migration."""

from datetime import UTC, datetime, timedelta

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from steps.parameters import phrase
from systems.mes import cleanup
from systems.mes.api import Mes
from systems.papers import Paper, Papers

HOLDING = "plans with an execution graph"


@when("the cleanup is rehearsed", target_fixture="cleanup_report")
def rehearse(mes: Mes) -> str:
    return mes.command("cleanup", "--dry-run").require(0, 1).stdout


@when("the cleanup is executed", target_fixture="cleanup_report")
def execute(mes: Mes) -> str:
    return mes.command("cleanup", "--execute").require().stdout


@then(phrase("the cleanup begins at least {time:duration} after the full migration"))
def begins_after(papers: Papers, recorder: Recorder, time: timedelta) -> None:
    waited_s = cleanup.time_before_cleanup(papers).total_seconds()
    measured = Measurement("time before the cleanup", waited_s, "s", source="folder")
    recorder.check(measured, Limit(">=", time.total_seconds(), "s"), "put the cleanup off: it cannot be undone")


@then("it lists exactly the plans that hold an execution graph")
def lists_holders(mes: Mes, cleanup_report: str, recorder: Recorder) -> None:
    holders = [row["id"] for row in mes.target.query(HOLDING)]
    found = cleanup.listed(cleanup_report)
    odd = sorted(set(found) ^ set(holders))
    shown = f"{len(found)} plans, {len(odd)} of them wrong or missing"
    measured = Measurement("plans listed by the rehearsal", shown, source="command", query=", ".join(odd[:5]))
    recorder.check(measured, Limit("==", f"{len(holders)} plans, 0 of them wrong or missing"), "mend the script first")


@then("no plan holds an execution graph")
def none_holds(mes: Mes, recorder: Recorder) -> None:
    holders = [row["id"] for row in mes.target.query(HOLDING)]
    measured = Measurement(HOLDING, len(holders), "count", source="sql", query=", ".join(holders[:5]))
    recorder.check(measured, Limit("==", 0, "count"), "run the cleanup again, and read what it says of these plans")


@then(phrase("the cleanup says {text:text}"))
def says(cleanup_report: str, recorder: Recorder, text: str) -> None:
    last = (cleanup_report.strip().splitlines() or ["nothing"])[-1]
    recorder.check(Measurement("what the cleanup says", last, source="command"), Limit("==", text), "run it again")


@then(phrase("rehearsed again, the cleanup says {text:text}"))
def says_again(mes: Mes, recorder: Recorder, text: str) -> None:
    says(rehearse(mes), recorder, text)


@then(phrase("the removal of the metadata is dated at least {time:duration} after the cleanup"))
def removal_dated(mes: Mes, paper: Paper, recorder: Recorder, time: timedelta) -> None:
    kept = cleanup.removal_day(paper) - cleanup.cleanup_day(mes)
    measured = Measurement("time from the cleanup to the removal", kept.total_seconds(), "s", source="folder")
    recorder.check(measured, Limit(">=", time.total_seconds(), "s"), f"correct the day in {paper.file}")


@then("no plan keeps its metadata longer")
def none_keeps_longer(mes: Mes, paper: Paper, recorder: Recorder) -> None:
    day, kept = cleanup.removal_day(paper), mes.target.value("plans with migration metadata")
    due = datetime.now(UTC).date() > day
    recorder.expect(not due or kept.value == 0, kept, f"0 after {day}", "archive the metadata, and remove it")


@then(phrase("it documents the mean duration of {kinds:texts}"))
def documents_means(paper: Paper, recorder: Recorder, kinds: list[str]) -> None:
    means = paper.document.get("mean_ms", {})
    absent = [kind for kind in kinds if not isinstance(means.get(kind), int | float) or means[kind] <= 0]
    measured = Measurement(f"means missing in the {paper.name}", ", ".join(absent) or "none", source="folder")
    recorder.check(measured, Limit("==", "none"), "measure again, and write them down for later comparisons")


@then("it was captured on the release that is verified")
def captured_on_release(bench: Workbench, paper: Paper, recorder: Recorder) -> None:
    measured = Measurement(f"release of the {paper.name}", paper.document.get("release"), source="folder")
    recorder.check(measured, Limit("==", bench.release), "measure again on this release")
