"""The papers of the DocFlow team: phases, the log of the canary, mails, reports, ratings."""

from datetime import timedelta

from pytest_bdd import then

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from steps.parameters import phrase
from systems.docflow import event, recorded, reports
from systems.docflow.service import DocFlow
from systems.papers import Paper, Papers

RECORD = "write it anew from the record"


@then(phrase("its phase {name:text} took at least {length:duration}"))
def phase_took(paper: Paper, recorder: Recorder, name: str, length: timedelta) -> None:
    measured = Measurement(f"length of {name}", reports.length_s(paper, name), "s", source="folder", query=paper.file)
    recorder.check(measured, Limit(">=", length.total_seconds(), "s"), "go on watching; the time is part of the check")


@then(phrase("its phase {second:text} began within {limit:duration} of the end of {first:text}"))
def phase_followed(paper: Paper, recorder: Recorder, second: str, limit: timedelta, first: str) -> None:
    between = reports.between_s(paper, first, second)
    measured = Measurement(f"from the end of {first} to {second}", between, "s", source="folder", query=paper.file)
    good = 0 <= between <= limit.total_seconds()
    recorder.expect(
        good, measured, f"0 s to {limit.total_seconds():g} s", "watch the canary again, and then go on at once"
    )


@then(phrase("every check in it is green, each at least every {pause:duration} from begin to end of the canary"))
def all_green(papers: Papers, paper: Paper, recorder: Recorder, pause: timedelta) -> None:
    red = reports.not_green(paper)
    measured = Measurement("checks that are not green", "; ".join(red[:3]) or "none", samples=len(paper.rows))
    recorder.expect(bool(paper.rows) and not red, measured, "none of at least one", "find out who gave the word")
    alone = reports.unwatched(paper, reports.phase(papers.read("phase log"), "canary"), pause)
    left = Measurement("checks left alone for longer", ", ".join(alone) or "none", source="folder", query=paper.file)
    recorder.check(left, Limit("==", "none"), "watch the canary again, without a gap")


@then("it is of the release that is verified")
def of_release(bench: Workbench, paper: Paper, recorder: Recorder) -> None:
    found = str(paper.document.get("release"))
    measured = Measurement(f"release of the {paper.name}", found, source="folder", query=paper.file)
    recorder.check(measured, Limit("==", bench.release), RECORD)


@then(phrase("its figures are within {part:ratio} of the requests on record"))
def within_record(docflow: DocFlow, paper: Paper, recorder: Recorder, part: float) -> None:
    for name, value in recorded.baseline(docflow).items():
        _within(recorder, paper, name, paper.document.get(name), value, part)


@then(phrase("its {names:texts} are within {part:ratio} of the record, before and after"))
def report_agrees(docflow: DocFlow, paper: Paper, recorder: Recorder, names: list[str], part: float) -> None:
    found = recorded.figures(docflow)
    for name in names:
        for when, stated, value in zip(("before", "after"), reports.figures(paper, name), found[name], strict=True):
            _within(recorder, paper, f"{name} {when}", stated, value, part)


@then(phrase("its admins and uses of {feature:text} are those on record"))
def use_agrees(docflow: DocFlow, paper: Paper, recorder: Recorder, feature: str) -> None:
    rows = [f"{row.get('admins')} and {row.get('uses')}" for row in paper.rows if row.get("feature") == feature]
    admins, uses = recorded.use(docflow, feature)
    measured = Measurement(
        f"admins and uses of {feature}", "; ".join(rows) or "no row", source="folder", query=paper.file
    )
    recorder.check(measured, Limit("==", f"{admins} and {uses}"), RECORD)


@then(phrase("it was sent within {limit:duration} after the full rollout"))
def sent_after(papers: Papers, paper: Paper, recorder: Recorder, limit: timedelta) -> None:
    waited = (paper.mail.sent - reports.full_rollout(papers)).total_seconds()
    measured = Measurement(f"from the full rollout to the {paper.name}", waited, "s", source="folder", query=paper.file)
    recorder.expect(0 <= waited <= limit.total_seconds(), measured, f"0 s to {limit}", "send it today")


@then(phrase("it links at least {n:count} documents of the checkout, and none that is not there"))
def links_documents(docflow: DocFlow, paper: Paper, recorder: Recorder, n: int) -> None:
    linked, there = reports.links(paper), docflow.router.folder("repository").names()
    lost = [link for link in linked if link not in there]
    measured = Measurement("links that lead nowhere", ", ".join(lost) or "none", samples=len(linked), source="folder")
    recorder.expect(
        len(linked) >= n and not lost, measured, f"none of at least {n}", "send it again, with what is meant"
    )


@then("each of its entries is later than the full rollout")
def later_entries(papers: Papers, paper: Paper, recorder: Recorder) -> None:
    early = reports.early(paper, reports.full_rollout(papers))
    measured = Measurement("entries from before", ", ".join(early) or "none", samples=len(paper.rows), source="folder")
    recorder.check(measured, Limit("==", "none"), "ask those who have the release now")


@then(phrase("at least half of the admins have rated {feature:text}, above {limit:number} of 5 in the mean"))
def rated(docflow: DocFlow, paper: Paper, recorder: Recorder, feature: str, limit: float) -> None:
    found, admins = reports.ratings(paper, feature), recorded.adoption(docflow, recorded.DAY).admins
    answers = Measurement(f"ratings of {feature}", len(found), "count", source="folder", query=paper.file)
    recorder.check(answers, Limit(">=", (admins + 1) // 2, "count"), "ask those who have not answered")
    mean = Measurement(f"mean rating of {feature}", sum(found) / len(found), samples=len(found), source="folder")
    recorder.check(mean, Limit(">", limit), "read what those say who gave the least")


@then("its ranks run from 1 on without a gap, with the most asked for first")
def ranked(paper: Paper, recorder: Recorder) -> None:
    wrong = reports.rank_problems(paper)
    measured = Measurement(
        "what is out of rank", "; ".join(wrong) or "nothing", samples=len(paper.rows), source="folder"
    )
    recorder.expect(bool(paper.rows) and not wrong, measured, "nothing of at least one row", "rank them by who asks")


def _within(recorder: Recorder, paper: Paper, name: str, stated: object, value: float, part: float) -> None:
    off = event.off(stated, value)
    measured = Measurement(f"{name} of the {paper.name} beside the record", off, "ratio", source="folder and sql")
    recorder.expect(off <= part, measured, f"{value:g} within {part:.0%}, stated {stated}", RECORD)
