"""The product's git repository: rules, dashboard, fixtures, documents and the settings of a way back."""

import shutil
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path

from hermetic.docflow.catalogue.repository import REPOSITORY_FAULTS
from hermetic.docflow.world import World
from hermetic.kit.edits import spoil
from hermetic.kit.git import commit, git, save_changes

PRODUCT = Path(__file__).parent / "product"
RELEASED = "feat: AI filter, forecast and scheduled exports"
COMMITTED = datetime(2025, 11, 10, 9, tzinfo=UTC)


def make(world: World, faults: Collection[str]) -> None:
    """Put the checkout in place, then apply the planted faults; it is the same in every state."""
    source = world.directory / "templates" / "checkout"
    if not source.exists():
        _write(source, {"version": world.release})
    shutil.rmtree(world.repository, ignore_errors=True)
    shutil.copytree(source, world.repository)
    spoil(world.repository, REPOSITORY_FAULTS, faults)
    if any(fault.name in faults for fault in REPOSITORY_FAULTS):
        save_changes(world.repository)


def _write(folder: Path, values: Mapping[str, str]) -> None:
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main", "--template=")
    for source in sorted(path for path in PRODUCT.rglob("*") if path.is_file()):
        text = source.read_text(encoding="utf-8")
        for name, value in values.items():
            text = text.replace("{{" + name + "}}", value)
        target = folder / source.relative_to(PRODUCT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    commit(folder, RELEASED, COMMITTED)
    git(folder, "repack", "-a", "-d", "--quiet")  # fewer files to copy at each arrangement
