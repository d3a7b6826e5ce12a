"""What a report says line by line: keys with counts, with one of several words, with exactly one value."""

from pytest_bdd import then

from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Missed
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes.migration import Report
from systems.papers import Paper, Papers

COMPLETE = "complete the report, and have it signed again"


@then(phrase("it counts {keys:texts}"))
def counts(paper: Paper, recorder: Recorder, keys: list[str]) -> None:
    poor = [key for key in keys if Report(paper.text).count(key) is None]
    measured = Measurement(f"counts missing in the {paper.name}", ", ".join(poor) or "none", source="folder")
    recorder.expect(not poor, measured, f"a whole number behind {', '.join(keys)}", COMPLETE)


@then(phrase("{whole:text} is the sum of {parts:texts}"))
def is_sum(paper: Paper, recorder: Recorder, whole: str, parts: list[str]) -> None:
    total, *numbers = (_count(paper, key) for key in (whole, *parts))
    measured = Measurement(f"{whole!r} of the {paper.name}", total, "count", source="folder", query=paper.file)
    recorder.check(measured, Limit("==", sum(numbers), "count"), "count again, and find what was left out")


@then(phrase("its {key:text} is one of {words:texts}"))
def is_one_of(paper: Paper, recorder: Recorder, key: str, words: list[str]) -> None:
    found = paper.value(key) or "nothing"
    measured = Measurement(f"{key!r} of the {paper.name}", found, source="folder", query=paper.file)
    recorder.expect(found in words, measured, f"one of {', '.join(words)}", COMPLETE)


@then(phrase("its {key:text} is {value:text}"))
def is_exactly(paper: Paper, recorder: Recorder, key: str, value: str) -> None:
    measured = Measurement(
        f"{key!r} of the {paper.name}", paper.value(key) or "nothing", source="folder", query=paper.file
    )
    recorder.check(measured, Limit("==", value), "follow this up before anything else is done")


@then(phrase("it ends with its {key:text}"))
def ends_with(paper: Paper, recorder: Recorder, key: str) -> None:
    last = ([line.strip() for line in paper.text.splitlines() if line.strip()] or ["nothing"])[-1]
    measured = Measurement(f"last line of the {paper.name}", last, source="folder", query=paper.file)
    recorder.expect(last.startswith(f"{key}:"), measured, f"its {key}", COMPLETE)


@then(phrase("no line of it says {word:text}"))
def no_line_says(paper: Paper, recorder: Recorder, word: str) -> None:
    lines = paper.text.splitlines()
    found = [line for line in lines if word in line]
    measured = Measurement(
        f"lines of the {paper.name} with {word!r}", len(found), "count", samples=len(lines), query="; ".join(found[:3])
    )
    recorder.expect(
        bool(lines) and not found, measured, "none in a text that is not empty", "look at each of these plans"
    )


@then("no paper has a blank left in it")
def no_blank_anywhere(papers: Papers, recorder: Recorder) -> None:
    open_ = [f"{paper.file}: {', '.join(paper.blanks[:3])}" for paper in papers.everything() if paper.blanks]
    measured = Measurement("papers with blanks", len(open_), "count", source="folder", query="; ".join(open_[:5]))
    recorder.check(measured, Limit("==", 0, "count"), "fill in what is named, and have it signed or sent again")


def _count(paper: Paper, key: str) -> int:
    for text in (Report(paper.text).value(key), paper.value(key)):
        if text and text.isdigit():
            return int(text)
    raise Missed(f"{paper.name} ({paper.file}) has no count behind {key!r}; {COMPLETE}")
