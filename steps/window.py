"""The night of the rollout and the week after it: the booked window, the order of the steps, updates, daily entries."""

from datetime import datetime, timedelta

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes import window
from systems.mes.window import Window
from systems.papers import Paper, Papers

BOOK = "book the window anew, and tell everybody again"
KEEP = "read it now, and find out why it was left out"


@when("the maintenance window is looked up", target_fixture="booked")
def look_up(papers: Papers) -> Window:
    return window.window(papers)


@then(phrase("it begins on a {day} at {hour}"))
def begins(booked: Window, recorder: Recorder, day: str, hour: str) -> None:
    _window_is(recorder, "beginning of the window", f"{booked.start:%A at %H:%M}", f"{day} at {hour}")


@then(phrase("it lasts {length:duration}"))
def lasts(booked: Window, recorder: Recorder, length: timedelta) -> None:
    measured = Measurement("length of the window", booked.length.total_seconds(), "s", source="folder")
    recorder.check(measured, Limit("==", length.total_seconds(), "s"), BOOK)


@then(phrase("it was announced at least {notice:duration} before"))
def announced(booked: Window, recorder: Recorder, notice: timedelta) -> None:
    given = Measurement("notice of the window", (booked.start - booked.announced).total_seconds(), "s", source="folder")
    recorder.check(given, Limit(">=", notice.total_seconds(), "s"), BOOK)


@then("the incident team was briefed before it begins")
def briefed(booked: Window, recorder: Recorder) -> None:
    measured = Measurement("briefing of the incident team", booked.briefed.isoformat(), source="folder")
    recorder.expect(
        booked.briefed < booked.start, measured, f"before {booked.start.isoformat()}", "brief the team first"
    )


@then("it names who restores if need be")
def names_owner(booked: Window, recorder: Recorder) -> None:
    measured = Measurement("owner of a restore", booked.restore_owner or "nobody", source="folder")
    recorder.expect(bool(booked.restore_owner), measured, "one role", "name who restores, and tell that person")


@then("the migration began with the window and ended within it")
def ran_within(paper: Paper, papers: Papers, recorder: Recorder) -> None:
    booked, (began, ended) = window.window(papers), window.run_times(paper)
    measured = Measurement("run of the migration", f"{began:%Y-%m-%d %H:%M} to {ended:%H:%M}", source="folder")
    required = f"from {booked.start:%Y-%m-%d %H:%M} to {booked.end:%H:%M} at the latest"
    recorder.expect(
        began == booked.start and ended <= booked.end, measured, required, "explain the delay in the report"
    )


@then("it was sent on the morning of the day that it announces")
def sent_that_morning(paper: Paper, recorder: Recorder) -> None:
    announced_at, sent = paper.announced, paper.mail.sent
    measured = Measurement(f"when the {paper.name} was sent", sent.isoformat(), source="folder", query=paper.file)
    on_time = sent.date() == announced_at.date() and sent < announced_at
    recorder.expect(on_time, measured, f"that day before {announced_at:%H:%M}", "tell everybody at once by other means")


@then(phrase("it was sent within {limit:duration} after the window"))
def sent_after_window(paper: Paper, papers: Papers, recorder: Recorder, limit: timedelta) -> None:
    late = (paper.mail.sent - window.window(papers).end).total_seconds()
    measured = Measurement(f"{paper.name} after the window", late, "s", source="folder", query=paper.file)
    recorder.check(measured, Limit("<=", limit.total_seconds(), "s"), "send it now; people wait for it")


@then(phrase("the updates about the {about} follow each other within {pause:duration}"))
def updates_follow(paper: Paper, recorder: Recorder, about: str, pause: timedelta) -> None:
    found = window.longest_pause(paper, about).total_seconds()
    measured = Measurement(f"longest pause between updates about the {about}", found, "s", source="folder")
    recorder.check(measured, Limit("<=", pause.total_seconds(), "s"), "name one person who does nothing but inform")


@then(phrase("its steps follow each other as {steps:texts}"))
def steps_follow(paper: Paper, recorder: Recorder, steps: list[str]) -> None:
    taken = [row["step"] for row in sorted(paper.rows, key=_at)]
    measured = Measurement("steps in the order in which they were taken", ", ".join(taken), source="folder")
    recorder.check(measured, Limit("==", ", ".join(steps)), "find out what the wrong order has done to the plans")


@then(phrase("on each of {days:count} days in a row its entry of {time} gives {columns:texts}"))
def entries_give(paper: Paper, recorder: Recorder, days: int, time: str, columns: list[str]) -> None:
    for column in columns:
        found = window.filled_days(paper, time, column)
        measured = Measurement(f"days in a row with {column!r} at {time}", found, "count", source="folder")
        recorder.check(measured, Limit(">=", days, "count"), KEEP)


def _at(row: dict[str, str]) -> datetime:
    return datetime.fromisoformat(row["at"])


def _window_is(recorder: Recorder, subject: str, found: str, wanted: str) -> None:
    recorder.check(Measurement(subject, found, source="folder"), Limit("==", wanted), BOOK)
