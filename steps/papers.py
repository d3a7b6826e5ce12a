"""The papers of a rollout: forms, rosters, tables, registers, read by their names."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from steps.parameters import phrase
from systems.mes.api import Mes
from systems.papers import Paper, Papers, missing


@pytest.fixture
def papers(mes: Mes) -> Papers:
    """The papers of the environment's rollout."""
    return Papers(mes.target.folder("documents"))


@when(phrase("the {name:text} is read"), target_fixture="paper")
def read(papers: Papers, name: str) -> Paper:
    return papers.read(name)


@then(phrase("it mentions {phrases:texts}"))
def mentions(paper: Paper, recorder: Recorder, phrases: list[str]) -> None:
    absent = missing(paper, phrases)
    measured = Measurement(
        f"what the {paper.name} leaves out", ", ".join(absent) or "nothing", source="folder", query=paper.file
    )
    recorder.expect(
        not absent, measured, f"it mentions {', '.join(phrases)}", f"complete {paper.file} and send it again"
    )


@then("no blank is left in it")
def filled_in(paper: Paper, recorder: Recorder) -> None:
    measured = Measurement(f"blanks in the {paper.name}", len(paper.blanks), "count", source="folder", query=paper.file)
    recorder.check(measured, Limit("==", 0, "count"), f"fill in {', '.join(paper.blanks[:5])} in {paper.file}")


@then(phrase("it gives {keys:texts}"))
def gives(paper: Paper, recorder: Recorder, keys: list[str]) -> None:
    empty = [key for key in keys if not paper.value(key)]
    measured = Measurement(
        f"entries without an answer in the {paper.name}", ", ".join(empty) or "none", source="folder"
    )
    recorder.expect(not empty, measured, f"a value behind {', '.join(keys)}", f"fill them in in {paper.file}")


@then(phrase("it has a part on {words:texts}"))
def has_part_on(paper: Paper, recorder: Recorder, words: list[str]) -> None:
    found = [
        part.heading
        for part in paper.parts
        if part.text and all(w.casefold() in part.heading.casefold() for w in words)
    ]
    measured = Measurement(
        f"parts of the {paper.name} on it", ", ".join(found) or "none", source="folder", query=paper.file
    )
    recorder.expect(bool(found), measured, f"a part on {' and '.join(words)}", f"write it in {paper.file}")


@then(phrase("it has a row for {names:texts}"))
def has_row_for(paper: Paper, recorder: Recorder, names: list[str]) -> None:
    cells = {cell for row in paper.rows for cell in row.values()}
    absent = [name for name in names if name not in cells]
    measured = Measurement(
        f"absent from the {paper.name}", ", ".join(absent) or "nobody", source="folder", query=paper.file
    )
    recorder.expect(not absent, measured, "nobody", f"complete {paper.file}")


@then(phrase("in its row on {name:text} the {column:text} is {value:text}"))
def row_says(paper: Paper, recorder: Recorder, name: str, column: str, value: str) -> None:
    found = [row.get(column, "") for row in paper.rows if name in row.values()]
    measured = Measurement(
        f"{column} of {name!r}", ", ".join(found) or "no such row", source="folder", query=paper.file
    )
    recorder.check(measured, Limit("==", value), f"correct {paper.file}, or the work that it describes")


@then(phrase("it has {n:count} rows"))
def has_rows(paper: Paper, recorder: Recorder, n: int) -> None:
    measured = Measurement(f"rows in the {paper.name}", len(paper.rows), "count", source="folder", query=paper.file)
    recorder.check(measured, Limit("==", n, "count"), f"bring {paper.file} up to date")


@then(phrase("each of its rows gives {columns:texts}"))
def rows_give(paper: Paper, recorder: Recorder, columns: list[str]) -> None:
    poor = [" ".join(row.values()) for row in paper.rows if not all(row.get(column, "").strip() for column in columns)]
    found = "; ".join(poor) if paper.rows else "there is no row at all"
    measured = Measurement(f"rows of the {paper.name} that are not filled in", found or "none", source="folder")
    recorder.expect(bool(paper.rows) and not poor, measured, f"{', '.join(columns)} in each", f"complete {paper.file}")


@then(phrase("in each of its rows {column:text} is {value:text}"))
def rows_say(paper: Paper, recorder: Recorder, column: str, value: str) -> None:
    others = sorted({row.get(column, "") for row in paper.rows} - {value}) if paper.rows else ["no row at all"]
    measured = Measurement(
        f"{column!r} in the {paper.name}", ", ".join(others) or value, source="folder", query=paper.file
    )
    recorder.expect(not others, measured, value, "find out what happened on these days")


@then(phrase("it ships the backend log to a service, at most {lag:duration} late"))
def ships_log(paper: Paper, recorder: Recorder, lag: timedelta) -> None:
    shipping = paper.document
    said = (
        f"{shipping.get('source')} to {shipping.get('service')}, {'on' if shipping.get('enabled') is True else 'off'}"
    )
    on = shipping.get("enabled") is True and bool(shipping.get("service")) and "backend" in str(shipping.get("source"))
    recorder.expect(
        on, Measurement("log shipping", said, source="folder"), "the backend log to a service, on", "switch it on"
    )
    late = Measurement(
        "delay of the shipped log", shipping.get("last_delivery_lag_s"), "s", source="folder", query=paper.file
    )
    recorder.check(late, Limit("<=", lag.total_seconds(), "s"), "look at the shipping agent")


@then(phrase("it has a row for each of at least {n:count} days in a row"))
def row_for_each_day(paper: Paper, recorder: Recorder, n: int) -> None:
    days = [date.fromisoformat(row["date"]) for row in paper.rows]
    gaps = [str(before) for before, after in pairwise(days) if after != before + timedelta(days=1)]
    measured = Measurement(f"days in the {paper.name}", len(days), "count", source="folder", query=paper.file)
    recorder.check(measured, Limit(">=", n, "count"), "read metrics and logs now, and say why it was left out")
    missed = Measurement(f"gaps in the {paper.name}", ", ".join(gaps) or "none", source="folder", query=paper.file)
    recorder.check(missed, Limit("==", "none"), "read metrics and logs now, and say why it was left out")
