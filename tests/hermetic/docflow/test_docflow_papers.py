"""The papers and the checkout of each state; every fault in them changes the file that it names."""

import csv
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import numpy as np
import pytest
import yaml
from docflow_world import Docflow

from hermetic.docflow import papers, reported, repository
from hermetic.docflow.catalogue.papers import PAPER_FAULTS, PAPER_RECORDS
from hermetic.docflow.catalogue.repository import ADOPTION, ERRORS, REPOSITORY_FAULTS
from hermetic.docflow.states import STATES, Moments

NOW = datetime(2026, 3, 6, 9, 30, tzinfo=UTC)
PERFORMANCE = ("Queue Load Time", "Analytics Render Time", "Export API Response Time", "WebSocket Message Throughput")
SIDE = {"requests": 1500, "failed": 1, "errors": 0.0667, "p50": 20.0, "p95": 25.6, "p99": 28.4}
SIDE |= {"api_p95": 26.0, "publish_p95": 10.2, "cpu": 31.0, "memory": 212.0}
USAGE = [{"feature": name, "admins": 7, "uses": 31} for name in papers.SURVEY]


class Nowhere:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A world whose store is not asked."""
    figures = {"before": dict(SIDE), "after": dict(SIDE), "usage": USAGE}
    monkeypatch.setattr(reported, "figures", lambda connection, release, moments: figures)
    return SimpleNamespace(
        directory=tmp_path,
        documents=tmp_path / "documents",
        repository=tmp_path / "repository",
        release="2.1.0",
        store="store",
        connect=lambda store: Nowhere(),
    )


def write(world: Any, state: str, *faults: str) -> dict[str, str]:
    papers.write(world, STATES[state], Moments.of(STATES[state], NOW), faults)
    return contents(world.documents)


def check_out(world: Any, *faults: str) -> dict[str, str]:
    repository.make(world, faults)
    return contents(world.repository)


def contents(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in files}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize(
    ("state", "phases", "there", "not_yet"),
    [
        ("before", [], "pull-request.md", "phase-log.csv"),
        ("staging", ["staging"], "owners.csv", "canary-log.csv"),
        ("canary", ["staging", "canary"], "phase-log.csv", "announcement-mail.txt"),
        ("full", ["staging", "canary", "full"], "canary-log.csv", "survey-mail.txt"),
        ("reviewed", ["staging", "canary", "full"], "performance-report.md", "nothing"),
    ],
)
def test_papers_of_steps_to_come_are_not_written(
    world: Any, state: str, phases: list[str], there: str, not_yet: str
) -> None:
    written = write(world, state)
    assert [row["phase"] for row in rows(written.get("phase-log.csv", ""))] == phases
    assert there in written
    assert not_yet not in written


def test_the_canary_was_looked_at_from_its_beginning_to_its_end(world: Any) -> None:
    written = write(world, "full")
    canary = rows(written["phase-log.csv"])[1]
    moments = sorted({row["at"] for row in rows(written["canary-log.csv"])})
    assert (moments[0], moments[-1], len(moments)) == (canary["started"], canary["ended"], 7)
    assert {row["outcome"] for row in rows(written["canary-log.csv"])} == {"green"}


def test_every_feature_is_rated_by_half_of_the_administrators(world: Any) -> None:
    answers = rows(write(world, "reviewed")["survey-results.csv"])
    for feature in papers.SURVEY:
        ratings = [int(row["rating"]) for row in answers if row["feature"] == feature]
        assert len(ratings) >= 9
        assert sum(ratings) / len(ratings) > 4


@pytest.mark.parametrize("fault", PAPER_FAULTS, ids=lambda fault: fault.name)
def test_a_fault_changes_every_paper_it_names(world: Any, fault: Any) -> None:
    before, after = write(world, "reviewed"), write(world, "reviewed", fault.name)
    changed = {name for name, text in before.items() if after.get(name) != text}
    assert changed == {edit.file for edit in fault.edits}


@pytest.mark.parametrize("fault", [name for name, _, _ in PAPER_RECORDS])
def test_a_fault_of_moments_changes_nothing_but_dates(world: Any, fault: str) -> None:
    before, after = write(world, "reviewed"), write(world, "reviewed", fault)
    changed = {name for name, text in before.items() if after[name] != text}
    assert changed
    assert changed <= {"phase-log.csv", "canary-log.csv", "survey-mail.txt"}


@pytest.mark.parametrize("fault", REPOSITORY_FAULTS, ids=lambda fault: fault.name)
def test_a_fault_changes_every_file_of_the_checkout_it_names(world: Any, fault: Any) -> None:
    before, after = check_out(world), check_out(world, fault.name)
    changed = {name for name, text in before.items() if after.get(name) != text}
    assert changed == {edit.file for edit in fault.edits}
    json.loads(after["monitoring/dashboards/phase1.json"])
    yaml.safe_load(after["monitoring/rules.yml"])


@pytest.mark.parametrize(("fault", "invalid"), [((), 0), (("fixtures-invalid",), 2)])
def test_fixtures_are_what_their_schemas_say(world: Any, fault: tuple[str, ...], invalid: int) -> None:
    files = check_out(world, *fault)
    found = 0
    for records, schema in (("documents", "document"), ("schedules", "schedule")):
        validator = jsonschema.Draft202012Validator(json.loads(files[f"fixtures/{schema}.schema.json"]))
        validator.check_schema(validator.schema)
        found += sum(not validator.is_valid(record) for record in json.loads(files[f"fixtures/{records}.json"]))
    assert found == invalid


def test_the_dashboard_has_a_panel_for_every_figure_the_plan_watches(world: Any) -> None:
    panels = json.loads(check_out(world)["monitoring/dashboards/phase1.json"])["panels"]
    titles = {panel["title"] for panel in panels if panel["type"] != "row"}
    assert titles >= {*ADOPTION, *PERFORMANCE, *ERRORS}
    assert all(panel["targets"][0]["expr"] for panel in panels if panel["type"] != "row")


def test_a_dashboard_without_features_keeps_the_other_panels(world: Any) -> None:
    files = check_out(world, "dashboard-without-features")
    titles = {panel["title"] for panel in json.loads(files["monitoring/dashboards/phase1.json"])["panels"]}
    assert titles >= set(PERFORMANCE)
    assert not titles & {*ADOPTION, *ERRORS}


def test_no_text_has_a_blank_that_was_to_be_filled(world: Any) -> None:
    texts = {**write(world, "reviewed"), **check_out(world)}
    assert [name for name, text in texts.items() if re.search(r"\{\{(?!arm)|\{%|TBD|\[X\]|___", text)] == []


def table(text: str) -> dict[str, list[str]]:
    """Return the rows of a table of Markdown, by their first cell."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return {first: rest for first, *rest in cells[2:]}


def test_reports_hold_what_is_on_record(arranged: Docflow) -> None:
    arranged.arrange("reviewed")
    papers_, world = contents(arranged.world.documents), arranged.world
    full = datetime.fromisoformat(rows(papers_["phase-log.csv"])[2]["started"])
    day = "at >= %s and at < %s + interval '24 hours'"
    after = arranged.rows(
        f"select duration_ms from docflow.requests where release = %s and {day}", world.release, full, full
    )
    before = arranged.rows("select duration_ms from docflow.requests where release = '2.0.9'")
    report = table(papers_["performance-report.md"])
    for name, q in (("p50 ms", 50), ("p95 ms", 95), ("p99 ms", 99)):
        expected = [float(np.percentile([row[0] for row in found], q)) for found in (before, after)]
        assert [float(cell) for cell in report[name]] == pytest.approx(expected, rel=1e-3)
    for feature, shown in table(papers_["usage-report.md"]).items():
        query = f"select admin from docflow.feature_use where feature = %s and {day}"
        admins = [row[0] for row in arranged.rows(query, feature, full, full)]
        assert shown == [str(len(set(admins))), str(len(admins))]
    cpu = arranged.rows("select 100 * avg(cpu_ratio) from docflow.resources where release = %s", world.release)[0][0]
    assert float(report["CPU %"][1]) == pytest.approx(cpu, rel=1e-3)
