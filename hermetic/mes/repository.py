"""The product's git repository, before and after cleanup: made once a world, then copied into place."""

import json
import shutil
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from hermetic.kit.git import commit, git, save_changes
from hermetic.mes.broken.papers import spoil_repository
from hermetic.mes.catalogue.repository import COMMIT_FAULT
from hermetic.mes.domain.calendar import Calendar
from hermetic.mes.domain.validation import Validator, compile_schema
from hermetic.mes.world import World

PRODUCT = Path(__file__).parent / "product"
SCRIPTS, ARCHIVE = "quote-portal/scripts", "archives/migration-2025-11"
FEATURE = "feat: canonical nodes behind a feature flag"
REFACTOR = "refactor: remove executionGraph fallback code after successful migration"
CHORE = "chore: archive canonical model migration scripts"
PLANS_MIGRATED = 150


@cache
def pristine_validator() -> Validator:
    """Return a validator of the schema as it is before cleanup, whatever a fault did to the served one."""
    path = PRODUCT / "before" / "server" / "models" / "ProductionPlanSchema.json"
    return compile_schema(json.loads(path.read_text(encoding="utf-8")))


def place(world: World, *, cleaned: bool, faults: Collection[str]) -> None:
    """Put the repository in its state before or after cleanup in place, then apply the planted faults."""
    source = world.templates / f"repository-{'after' if cleaned else 'before'}"
    if not source.exists():
        make(source, world.calendar, world.release, cleaned=cleaned)
    shutil.rmtree(world.repository, ignore_errors=True)
    shutil.copytree(source, world.repository)
    if spoil_repository(world.repository, faults):
        save_changes(world.repository)
    if COMMIT_FAULT in faults:
        reword(world.repository)


def make(folder: Path, calendar: Calendar, release: str, *, cleaned: bool) -> None:
    """Write the files and commit them, in as many commits as the plan prescribes."""
    values = _values(calendar, release)
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=production", "--template=")
    _fill(folder, "before", values)
    _copy_scripts(folder / SCRIPTS)
    commit(folder, FEATURE, calendar.programme_start)
    if cleaned:
        _clear(folder)
        _fill(folder, "after", values)
        _copy_scripts(folder / SCRIPTS)
        commit(folder, REFACTOR, calendar.week_end)
        (folder / ARCHIVE).parent.mkdir()
        (folder / SCRIPTS).rename(folder / ARCHIVE)
        _write(PRODUCT / "archive" / "README.md", folder / ARCHIVE / "README.md", values)
        commit(folder, CHORE, calendar.week_end + timedelta(hours=1))
    git(folder, "repack", "-a", "-d", "--quiet")  # fewer files to copy at each arrangement


def _fill(folder: Path, variant: str, values: Mapping[str, str]) -> None:
    for root in (PRODUCT / "common", PRODUCT / variant):
        for source in sorted(path for path in root.rglob("*") if path.is_file()):
            _write(source, folder / source.relative_to(root), values)


def _write(source: Path, target: Path, values: Mapping[str, str]) -> None:
    text = source.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", value)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


def _values(calendar: Calendar, release: str) -> dict[str, str]:
    """Return what stands for the double-braced names in the product's files; the release is filled in when served."""
    return {
        "version": release,
        "window": f"{calendar.window_start:%Y-%m-%d}",
        "plans": str(PLANS_MIGRATED),
        "staging": f"{calendar.phase(2)[0]:%Y-%m-%d}",
        "review": f"{calendar.programme_start + timedelta(days=224):%Y-%m-%d}",
    }


def _copy_scripts(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for script in (PRODUCT / "archive").glob("*.js"):
        shutil.copy(script, folder)


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def reword(folder: Path) -> None:
    """Fold all commits after the first into one with a message that the plan does not prescribe."""
    first = git(folder, "rev-list", "--max-parents=0", "HEAD").strip()
    git(folder, "reset", "--quiet", "--soft", first)
    commit(folder, "cleanup", datetime(2025, 11, 20, tzinfo=UTC))
