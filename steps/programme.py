"""The programme as a whole: its phases and dates, its versions, its figures before and since."""

from datetime import timedelta

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import programme
from systems.mes.api import Mes
from systems.papers import Paper, paper_at

PLAN = "docs/ROLLOUT-PLAN.md"
WORSE = "look for the cause before the old way is forgotten"


@when("the rollout plan in the repository is read", target_fixture="paper")
def read_plan(mes: Mes) -> Paper:
    return paper_at(mes.target.folder("repository"), PLAN)


@then(phrase("all phases lie within {limit:duration}"))
def within(paper: Paper, recorder: Recorder, limit: timedelta) -> None:
    length = programme.span(programme.phases(paper)).total_seconds()
    measured = Measurement("length of the programme", length, "s", source="folder", query=paper.file)
    recorder.check(measured, Limit("<=", limit.total_seconds(), "s"), "say to the stakeholders why it took longer")


@then("each phase begins after the one before it has ended")
def in_order(paper: Paper, recorder: Recorder) -> None:
    early = programme.overlaps(programme.phases(paper))
    measured = Measurement("phases that began too early", ", ".join(early) or "none", source="folder", query=paper.file)
    recorder.expect(
        len(paper.rows) > 1 and not early, measured, "none of several", "find out which decision was skipped"
    )


@then(phrase("the phases take {weeks:numbers} weeks"))
def take_weeks(paper: Paper, recorder: Recorder, weeks: list[float]) -> None:
    found = ", ".join(f"{phase.weeks}" for phase in programme.phases(paper))
    measured = Measurement("weeks of the phases", found, source="folder", query=paper.file)
    recorder.check(measured, Limit("==", ", ".join(f"{number:g}" for number in weeks)), "correct the plan or the dates")


@then(phrase("its {column:text} run {values:texts}"))
def column_runs(paper: Paper, recorder: Recorder, column: str, values: list[str]) -> None:
    found = ", ".join(row.get(column, "") for row in paper.rows)
    measured = Measurement(f"{column} of the {paper.name}", found or "none", source="folder", query=paper.file)
    recorder.check(measured, Limit("==", ", ".join(values)), f"bring {paper.file} up to date after each phase")


@then(phrase("its {figure:text} is lower since than before"))
def is_lower(paper: Paper, recorder: Recorder, figure: str) -> None:
    before, since = programme.before_and_since(paper, figure)
    recorder.check(Measurement(f"{figure} since the rollout", since, source="folder"), Limit("<", before), WORSE)


@then(phrase("there are no more {column:text} since than before"))
def no_more(paper: Paper, recorder: Recorder, column: str) -> None:
    before, since = (float(row[column]) for row in paper.rows[:2])
    recorder.check(Measurement(f"{column} since the rollout", since, source="folder"), Limit("<=", before), WORSE)
