"""The papers and the checkout of each stage; every fault in them changes the file that it names."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hermetic.mes_sql import papers, repository
from hermetic.mes_sql.calendar import Calendar
from hermetic.mes_sql.catalogue.papers import PAPER_FAULTS
from hermetic.mes_sql.catalogue.repository import REPOSITORY_FAULTS


@pytest.fixture
def world(tmp_path: Path) -> Any:
    now = datetime(2026, 3, 6, 9, 30, tzinfo=UTC)
    return SimpleNamespace(
        directory=tmp_path,
        documents=tmp_path / "documents",
        repository=tmp_path / "repository",
        release="2.3.0",
        started=now,
    )


def contents(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts]
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in files}


@pytest.mark.parametrize(("stage", "sheets"), [(0, 0), (1, 0), (2, 0), (3, 1), (4, 2), (5, 3), (6, 3)])
def test_the_sheets_of_days_to_come_are_not_written(world: Any, stage: int, sheets: int) -> None:
    papers.write(world, stage, ())
    names = contents(world.documents)
    assert sum(name.startswith("monitoring-day") for name in names) == sheets
    assert ("defect-list.csv" in names) is (stage == 6)
    assert "standup-notes.md" in names


def test_six_weeks_follow_each_other_and_end_on_the_day_of_the_world() -> None:
    calendar = Calendar(datetime(2026, 3, 6, tzinfo=UTC).date())
    for week in range(1, 6):
        assert calendar.week_start(week + 1) - calendar.week_end(week) == timedelta(days=1)
    assert calendar.week_end(6) == calendar.day(5) == calendar.ends
    assert calendar.deletion - calendar.day(4) > timedelta(days=30)


@pytest.mark.parametrize("fault", PAPER_FAULTS, ids=lambda fault: fault.name)
def test_a_fault_changes_every_paper_it_names(world: Any, fault: Any) -> None:
    papers.write(world, 6, ())
    before = contents(world.documents)
    papers.write(world, 6, [fault.name])
    assert all(contents(world.documents).get(edit.file) != before[edit.file] for edit in fault.edits)


@pytest.mark.parametrize("stage", [1, 6])
def test_a_fault_changes_every_file_of_the_checkout_it_names(world: Any, stage: int) -> None:
    repository.make(world, stage, ())
    before = contents(world.repository)
    for fault in REPOSITORY_FAULTS:
        repository.make(world, stage, [fault.name])
        after = contents(world.repository)
        assert all(after.get(edit.file) != before[edit.file] for edit in fault.edits), fault.name


@pytest.mark.parametrize(("stage", "gone"), [(5, False), (6, True)])
def test_the_code_of_the_former_store_goes_with_it(world: Any, stage: int, gone: bool) -> None:
    repository.make(world, stage, ())
    assert ("firebase" not in contents(world.repository)["server/mesRoutes.js"]) is gone


def test_the_migrations_in_the_checkout_are_those_that_are_run(world: Any) -> None:
    repository.make(world, 1, ())
    copied = {name.rpartition("/")[2] for name in contents(world.repository) if "/migrations/" in name}
    assert copied == {path.name for path in repository.MIGRATIONS.iterdir()}


@pytest.mark.parametrize("stage", [3, 6])
def test_the_last_commit_can_be_reverted(world: Any, stage: int) -> None:
    repository.make(world, stage, ())
    command = ["git", "-C", str(world.repository), "-c", "user.name=x", "-c", "user.email=x@example.com", "revert"]
    done = subprocess.run([*command, "--no-edit", "HEAD"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
