"""The weekly monitoring report: figures against their targets, sums that add up, an outlook."""

from datetime import timedelta

from pytest_bdd import then

from gonogo import judge
from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Missed
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import weekly
from systems.papers import Paper

FOLLOW_UP = "follow the playbook of this figure before the fallback is removed"


@then("its table compares this week with the last, and marks each figure against its target")
def table_is_complete(paper: Paper, recorder: Recorder) -> None:
    poor = weekly.poor_rows(paper)
    measured = Measurement("rows of the report that are not filled in", ", ".join(poor) or "none", source="folder")
    required = f"{', '.join(weekly.COLUMNS)} in each row, the last one of {' '.join(weekly.MARKS)}"
    recorder.expect(bool(paper.rows) and not poor, measured, required, f"complete {paper.file}")


@then(phrase("its row {figure:text} reports a share below {limit:ratio}"))
def share_below(paper: Paper, recorder: Recorder, figure: str, limit: float) -> None:
    found = weekly.this_week(paper, figure)
    if found.total is None:
        raise Missed(f"{paper.file}: {figure!r} gives a count without its total, so that nobody can tell the rate")
    bound = Limit("<", limit, "ratio")
    recorder.require(judge.rate(figure, found.events, found.total, bound, source="folder", remedy=FOLLOW_UP))


@then(phrase("its row {figure:text} reports {n:count}"))
def reports_count(paper: Paper, recorder: Recorder, figure: str, n: int) -> None:
    measured = Measurement(figure, weekly.this_week(paper, figure).events, "count", source="folder", query=paper.file)
    recorder.check(measured, Limit("==", n, "count"), FOLLOW_UP)


@then(phrase("its row {figure:text} reports less than {limit:duration}"))
def reports_less(paper: Paper, recorder: Recorder, figure: str, limit: timedelta) -> None:
    measured = Measurement(
        figure, weekly.this_week(paper, figure).events / 1000, "s", source="folder", query=paper.file
    )
    recorder.check(measured, Limit("<", limit.total_seconds(), "s"), FOLLOW_UP)


@then(phrase("it has something to say under {titles:texts}"))
def says_under(paper: Paper, recorder: Recorder, titles: list[str]) -> None:
    empty = [title for title in titles if not weekly.items_under(paper, title)]
    measured = Measurement(f"empty parts of the {paper.name}", ", ".join(empty) or "none", source="folder")
    recorder.expect(not empty, measured, f"something under {', '.join(titles)}", f"complete {paper.file}")
