"""The mails of a rollout: to whom they went, when, and what they must say."""

from datetime import time, timedelta

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.papers import Paper, Papers, name_of


@when("the mails sent so far are read", target_fixture="mails")
def read_mails(papers: Papers) -> list[Paper]:
    return papers.mails()


@then("each carries the subject of its kind")
def subjects_differ(mails: list[Paper], recorder: Recorder, datatable: list[list[str]]) -> None:
    wanted = {name_of(mail): subject for mail, subject in datatable[1:]}
    due = [mail for mail in mails if name_of(mail.file) in wanted]
    wrong = [mail.file for mail in due if not mail.mail.subject.startswith(wanted[name_of(mail.file)])]
    found = ", ".join(wrong) or ("none" if due else "not one of these mails is there")
    measured = Measurement("mails with another subject", found, samples=len(due), source="folder")
    recorder.expect(bool(due) and not wrong, measured, "none", "people sort by the subject; send it again")


@then("it announces a day and an hour")
def announces(paper: Paper, recorder: Recorder) -> None:
    at = paper.announced
    measured = Measurement(
        f"moment announced by the {paper.name}", f"{at:%Y-%m-%d %H:%M}", source="folder", query=paper.file
    )
    recorder.expect(at.time() != time.min, measured, "a day and an hour", "send it again with the hour")


@then("it names an address for issues")
def names_address(paper: Paper, recorder: Recorder) -> None:
    found = paper.mail.addresses
    measured = Measurement(
        f"addresses in the {paper.name}", ", ".join(found) or "none", source="folder", query=paper.file
    )
    recorder.expect(bool(found), measured, "at least one", "send it again, and say whom to write to")


@then(phrase("it went to {names:texts}"))
def went_to(paper: Paper, recorder: Recorder, names: list[str]) -> None:
    reached = {address.partition("@")[0] for address in paper.mail.to}
    absent = [name for name in names if name not in reached]
    measured = Measurement(
        f"addressees of the {paper.name}", ", ".join(paper.mail.to), source="folder", query=paper.file
    )
    recorder.expect(not absent, measured, ", ".join(names), f"send it to {', '.join(absent)} too")


@then(phrase("it was sent at least {notice:duration} before the moment it announces"))
def sent_before(paper: Paper, recorder: Recorder, notice: timedelta) -> None:
    given = (paper.announced - paper.mail.sent).total_seconds()
    measured = Measurement(f"notice given by the {paper.name}", given, "s", source="folder", query=paper.file)
    recorder.check(
        measured, Limit(">=", notice.total_seconds(), "s"), "move the deployment, or agree on the shorter notice"
    )
