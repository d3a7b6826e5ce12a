"""The database build itself: in which state of its rollout it is, its papers, its checkout, its lists."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import pytest
from pytest_bdd import given, then, when

from gonogo import judge
from gonogo.measurement import Limit, Measurement
from gonogo.probes.folder import Match
from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from steps.parameters import phrase
from systems.mes_sql import checkout, lists
from systems.mes_sql.build import KEYS, Build
from systems.mes_sql.made import Made
from systems.papers import Paper, Papers, paper_at

Entries: TypeAlias = list[dict[str, Any]]
COMPARE = "compare the query of this list with the tables it joins"


@pytest.fixture
def build(bench: Workbench) -> Build:
    """The database build of the environment."""
    return Build(bench)


@pytest.fixture
def made_rows(build: Build, bench: Workbench) -> Iterator[Made]:
    """Makes plans, workers and master data that are removed when the scenario ends."""
    made = Made(build, bench.run)
    yield made
    made.remove_all()


@given("the database build")
def any_build(build: Build) -> None:
    build.arrange("seeded")


@given("the database build before its first migration")
def before_migrations(build: Build) -> None:
    build.arrange("before")


@given("the database build while green reads both stores")
def dual_read(build: Build) -> None:
    build.arrange("dual_read")


@given(phrase("the database build on day {day:count} of the rollout"))
def on_day(build: Build, day: int) -> None:
    build.arrange(f"day_{day}")


@given("the database build after its rollout")
def after_rollout(build: Build) -> None:
    build.arrange("finished")


@given("the papers of its team", target_fixture="papers")
def papers_of_team(build: Build) -> Papers:
    return Papers(build.green.folder("documents"))


@when(phrase("the document {path:text} of the build is read"), target_fixture="paper")
def read_document(build: Build, path: str) -> Paper:
    return paper_at(build.green.folder("repository"), path)


@when("the files of the checkout are listed", target_fixture="listed_files")
def list_files(build: Build) -> list[str]:
    return build.green.folder("repository").names()


@when(phrase("{trace} is looked for in {place}"), target_fixture="matches")
def look_for(build: Build, trace: str, place: str) -> list[Match]:
    return checkout.search(build.green.folder("repository"), place, trace)


@when(phrase("the list of {name} is read"), target_fixture="entries")
def read_list(build: Build, name: str) -> tuple[str, Entries]:
    return name, build.entries(name)


@when("each of its lists is asked for", target_fixture="statuses")
def ask_for_lists(build: Build) -> dict[str, int]:
    return {name: build.green.http.get(build.green.path(name)).status for name in KEYS}


@then("these are among them")
def are_among(listed_files: list[str], recorder: Recorder, datatable: list[list[str]]) -> None:
    absent = [name for (name,) in datatable if name not in listed_files]
    measured = Measurement("files that are missing", ", ".join(absent) or "none", source="folder")
    recorder.check(measured, Limit("==", "none"), "put them where the plan has drawn them")


@then("each of them is answered")
def all_answered(statuses: dict[str, int], recorder: Recorder) -> None:
    wrong = ", ".join(f"{name} with {status}" for name, status in statuses.items() if status != 200)
    measured = Measurement("lists that are not answered", wrong or "none", samples=len(statuses), source="http")
    recorder.check(measured, Limit("==", "none"), "compare where the router is mounted with the API's prefix")


@then("it says of every entry what the database says")
def as_stored(build: Build, entries: tuple[str, Entries], recorder: Recorder) -> None:
    name, found = entries
    expected = lists.keyed(f"{name} of the database", lists.stored(build, name))
    served = lists.keyed(f"{name} of the API", lists.served(name, found))
    recorder.require(judge.same_rows(f"list of {name}", expected, served, source="http and sql", remedy=COMPARE))


@then(phrase("each entry has exactly the {what} that the database says"))
def entries_linked(build: Build, entries: tuple[str, Entries], recorder: Recorder, what: str) -> None:
    name, found = entries
    stored = [{"id": row["id"], what: row[what]} for row in lists.stored(build, name)]
    served = [{"id": row["id"], what: row[what]} for row in lists.served(name, found)]
    subject = f"{what} of {name}"
    expected, listed = lists.keyed(subject, stored), lists.keyed(subject, served)
    recorder.require(judge.same_rows(subject, expected, listed, source="http and sql", remedy=COMPARE))
