"""The papers of the database build's team: standups, sheets kept by the hour, schedules, lists that must add up."""

from datetime import timedelta

from pytest_bdd import then

from gonogo import units
from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes_sql import papers as sheets
from systems.mes_sql import team
from systems.mes_sql.build import Build
from systems.papers import Paper

TODAY = "measure it today, and write it down"


@then(phrase("it has an entry for each of {hours:count} hours in a row"))
def hours_in_a_row(paper: Paper, recorder: Recorder, hours: int) -> None:
    found = sheets.hours_in_a_row(paper)
    measured = Measurement("hours in a row", found, "count", source="folder", query=paper.file)
    recorder.check(measured, Limit(">=", hours, "count"), "the day does not count; watch another")


@then("it reports errors of green to a service, and has reported a test")
def reports_errors(paper: Paper, recorder: Recorder) -> None:
    found = team.error_tracking(paper)
    measured = Measurement("error tracking", found or "set up, and tried", source="folder", query=paper.file)
    recorder.check(measured, Limit("==", "set up, and tried"), "set it up, and send a test error through it")


@then("it has a row for each collection of the former store")
def row_for_each_collection(paper: Paper, recorder: Recorder) -> None:
    absent = sorted(team.COLLECTIONS - {row.get("collection", "") for row in paper.rows})
    measured = Measurement("collections left out", ", ".join(absent) or "none", source="folder", query=paper.file)
    recorder.check(measured, Limit("==", "none"), "enter them; nobody will think of them later")


@then(phrase("each deletion is at least {notice:duration} after the last read"))
def late_deletions(paper: Paper, recorder: Recorder, notice: timedelta) -> None:
    early = sheets.early_deletions(paper, notice)
    measured = Measurement(
        "collections deleted too soon", ", ".join(early) or "none", source="folder", query=paper.file
    )
    recorder.expect(bool(paper.rows) and not early, measured, "none of at least one", "move the deletion, and say so")


@then(phrase("its {column:text} add up to {n:count}"))
def adds_up(paper: Paper, recorder: Recorder, column: str, n: int) -> None:
    measured = Measurement(f"sum of {column}", sheets.total(paper, column), "count", source="folder", query=paper.file)
    recorder.check(measured, Limit("==", n, "count"), "find the module that is missing, or was counted twice")


@then(phrase("each {column:text} in it is a file of the checkout"))
def has_home(build: Build, paper: Paper, recorder: Recorder, column: str) -> None:
    lost = sheets.homeless(paper, column, build.green.folder("repository").names())
    measured = Measurement(
        "modules without a home", ", ".join(lost) or "none", samples=len(paper.rows), source="folder"
    )
    recorder.expect(bool(paper.rows) and not lost, measured, "none of at least one", "find out who uses the module")


@then("none of its defects is a regression in production")
def no_regression(paper: Paper, recorder: Recorder) -> None:
    found = [row.get("defect", "?") for row in paper.rows if team.is_regression(row)]
    measured = Measurement("regressions in production", ", ".join(found) or "none", source="folder", query=paper.file)
    recorder.check(measured, Limit("==", "none"), "write the test that would have found it, before anything else")


@then("it says until when it was kept, after the rollout")
def kept_until(build: Build, paper: Paper, recorder: Recorder) -> None:
    kept, ended = team.kept_until(paper), team.phase_dates(build)[-1].end
    measured = Measurement("last entry of the list", kept.isoformat(), source="folder", query=paper.file)
    recorder.expect(kept >= ended, measured, f"{ended.isoformat()} or later", "bring the list up to date")


@then(phrase("each ticked box under {heading:text} names a run, not before the rollout"))
def boxes_proven(build: Build, paper: Paper, recorder: Recorder, heading: str) -> None:
    found = sheets.unproven(paper, heading, team.phase_dates(build)[-1].start)
    measured = Measurement("boxes ticked without a run", "; ".join(found) or "none", source="folder", query=paper.file)
    recorder.check(measured, Limit("==", "none"), "take the tick away, or run the check")


@then(phrase("its {key:text} is a number of a number of documents"))
def is_fraction(paper: Paper, recorder: Recorder, key: str) -> None:
    _has_form(paper, recorder, key, r"\d+/\d+ documents")


@then(phrase("its {key:text} is a number of milliseconds"))
def is_time(paper: Paper, recorder: Recorder, key: str) -> None:
    _has_form(paper, recorder, key, r"\d+(\.\d+)? ?ms average")


@then(phrase("its {key:text} is a percentage"))
def is_percentage(paper: Paper, recorder: Recorder, key: str) -> None:
    _has_form(paper, recorder, key, r"\d+(\.\d+)? ?%")


@then(phrase("its {key:text} counts no more done than there are"))
def counts_done(paper: Paper, recorder: Recorder, key: str) -> None:
    done, total = sheets.fraction(paper.value(key) or "")
    measured = Measurement(f"{key}: done", done, "count", source="folder", query=paper.file)
    recorder.check(measured, Limit("<=", total, "count"), TODAY)


@then(phrase("its {key:text} is that of the recorded traffic of the day"))
def is_recorded(build: Build, paper: Paper, recorder: Recorder, key: str) -> None:
    rate = build.green.rate("failed requests of the day")
    said = units.ratio((paper.value(key) or "").strip() or "nothing")
    off = abs(said - rate.events / rate.total)
    measured = Measurement(f"{key} beside the record", off, "ratio", samples=rate.total, source="folder and sql")
    recorder.check(measured, Limit("<=", 0.00005, "ratio"), TODAY)


@then(phrase("it leads from {first:text} over {between:texts} to {last:text}"))
def leads(paper: Paper, recorder: Recorder, first: str, between: list[str], last: str) -> None:
    words = [first, *between, last]
    measured = Measurement("path of an issue", "in this order" if sheets.in_order(paper, words) else "another")
    recorder.check(measured, Limit("==", "in this order"), f"correct {paper.file}: {', '.join(words)}")


def _has_form(paper: Paper, recorder: Recorder, key: str, pattern: str) -> None:
    found = paper.value(key) or "nothing"
    measured = Measurement(f"{key!r} of the {paper.name}", found, source="folder", query=paper.file)
    recorder.expect(team.has_form(found, pattern), measured, f"of the form {pattern}", TODAY)
