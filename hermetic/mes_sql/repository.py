"""The product's git repository, before and after the former store's code was taken out: made once, then copied."""

import shutil
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

from hermetic.kit.edits import spoil
from hermetic.kit.git import commit, git, save_changes
from hermetic.mes_sql.calendar import Calendar
from hermetic.mes_sql.catalogue.repository import REPOSITORY_FAULTS
from hermetic.mes_sql.world import World

HERE = Path(__file__).parent
PRODUCT, MIGRATIONS = HERE / "product", HERE / "migrations" / "sql"
RETIRED = 6  # the stage at which the code of the former store is gone
BUILD, TUNE = "feat: the MES on PostgreSQL, beside the former store", "perf: a limit for the list of plans"
RETIRE = "refactor: take the former store out of the MES routes"
LIMITS = ("Number(request.query.limit) || 100", "Number(request.query.limit) || 1000")
"""What the second commit changes in the controller of plans: it can be reverted cleanly."""


def make(world: World, stage: int, faults: Collection[str]) -> None:
    """Put the checkout of a stage (`State.stage`) in place, then apply the planted faults."""
    retired = stage >= RETIRED
    source = world.directory / "templates" / f"checkout-{'after' if retired else 'before'}"
    if not source.exists():
        _write(source, world, retired=retired)
    shutil.rmtree(world.repository, ignore_errors=True)
    shutil.copytree(source, world.repository)
    spoil(world.repository, REPOSITORY_FAULTS, faults)
    if any(fault.name in faults for fault in REPOSITORY_FAULTS):
        save_changes(world.repository)


def _write(folder: Path, world: World, *, retired: bool) -> None:
    """Write the files and commit them; the last commit can be reverted."""
    calendar = Calendar(world.started.date())
    values = {
        "version": world.release,
        "updated": f"{calendar.week_end(1)}",
        "reviewed": f"{calendar.week_start(2)}",
        "proven": f"{calendar.day(5)}",
    }
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    _fill(folder, ("common", "before"), values)
    _migrations(folder)
    plans = folder / "server" / "mes" / "controllers" / "plans.controller.js"
    text = plans.read_text(encoding="utf-8")
    plans.write_text(text.replace(LIMITS[1], LIMITS[0]), encoding="utf-8")
    commit(folder, BUILD, _noon(calendar, 2))
    if retired:
        _fill(folder, ("after",), values)
        commit(folder, RETIRE, _noon(calendar, 5))
    plans.write_text(text, encoding="utf-8")
    commit(folder, TUNE, _noon(calendar, 5))
    git(folder, "repack", "-a", "-d", "--quiet")  # fewer files to copy at each arrangement


def _fill(folder: Path, variants: Collection[str], values: Mapping[str, str]) -> None:
    for root in (PRODUCT / variant for variant in variants):
        for source in sorted(path for path in root.rglob("*") if path.is_file()):
            text = source.read_text(encoding="utf-8")
            for name, value in values.items():
                text = text.replace("{{" + name + "}}", value)
            target = folder / source.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")


def _migrations(folder: Path) -> None:
    """Copy the migrations that are really run."""
    shutil.copytree(MIGRATIONS, folder / "server" / "mes" / "migrations")


def _noon(calendar: Calendar, day: int) -> datetime:
    return datetime.combine(calendar.day(day), datetime.min.time(), UTC).replace(hour=12)
