"""Backups: a full logical export of plans, materials and assignments, with checksums and a manifest.

A backup is a directory `backups/NAME/`: one file a table (COPY's text format) and manifest.json with the number of
rows and the SHA-256 of each. Events and the catalogue are records of what happened and are not part of it.
"""

import hashlib
import json
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb

from hermetic.kit.log import timestamp
from hermetic.mes.store.tables import BUSINESS_TABLES, Connection, export_table, import_table

RETENTION = timedelta(days=90)
OWNER_ROLE = "Database admin on duty"


class BackupError(Exception):
    """A backup is missing, damaged, or would be overwritten."""


@dataclass(frozen=True)
class Backup:
    """One backup on disk."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    def manifest(self) -> dict[str, Any]:
        """Return the manifest.

        Raises:
            BackupError: There is no such backup.
        """
        file = self.path / "manifest.json"
        if not file.is_file():
            raise BackupError(f"there is no backup {self.name!r} in {self.path.parent}")
        manifest: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return manifest

    def rows(self, table: str) -> bytes:
        return (self.path / f"{table}.copy").read_bytes()

    def damage(self) -> list[str]:
        """Return what does not agree with the manifest; nothing when the backup is whole."""
        found = []
        for table, expected in self.manifest()["tables"].items():
            file = self.path / f"{table}.copy"
            content = file.read_bytes() if file.is_file() else b""
            if hashlib.sha256(content).hexdigest() != expected["sha256"]:
                rows = content.count(b"\n")
                found.append(f"{table}: checksum differs, {rows} rows of {expected['rows']}")
        return found


def export(connection: Connection, folder: Path, name: str, at: datetime, faults: Collection[str] = ()) -> Backup:
    """Export everything to `folder`/`name` and enter it in the catalogue.

    Raises:
        BackupError: A backup of that name exists.
    """
    backup = Backup(folder / name)
    if backup.path.exists():
        raise BackupError(f"a backup {name!r} exists already; choose another name")
    backup.path.mkdir(parents=True)
    tables = {}
    for table in BUSINESS_TABLES:
        rows = export_table(connection, table)
        tables[table] = {"rows": rows.count(b"\n"), "sha256": hashlib.sha256(rows).hexdigest()}
        stored = rows[: len(rows) // 2] if "backup-truncated" in faults else rows
        (backup.path / f"{table}.copy").write_bytes(stored)
    manifest = {"name": name, "createdAt": timestamp(at), "format": "copy-text/1", "tables": tables}
    (backup.path / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    if "backup-unlisted" not in faults:
        enter(connection, backup, at)
    return backup


def enter(connection: Connection, backup: Backup, at: datetime) -> None:
    """Enter a backup in the catalogue, as verified if it is whole."""
    manifest = backup.manifest()
    counts = {table: about["rows"] for table, about in manifest["tables"].items()}
    digest = hashlib.sha256(json.dumps(manifest["tables"], sort_keys=True).encode()).hexdigest()
    connection.execute(
        """
        insert into mes.backups
            (name, created_at, location, sha256, row_counts, retention_until, owner_role, verified_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s)
        """,
        [
            *(backup.name, at, f"backups/{backup.name}", digest, Jsonb(counts), (at + RETENTION).date(), OWNER_ROLE),
            None if backup.damage() else datetime.now(UTC),
        ],
    )


def remove(connection: Connection, backup: Backup) -> None:
    """Delete a backup and its entry in the catalogue.

    Raises:
        BackupError: There is no such backup.
    """
    backup.manifest()
    shutil.rmtree(backup.path)
    connection.execute("delete from mes.backups where name = %s", [backup.name])


def restore(
    connection: Connection,
    backup: Backup,
    *,
    exact: bool,
    faults: Collection[str] = (),
    schema: str = "mes",
    plan_id: str | None = None,
) -> dict[str, int]:
    """Import a backup and return the number of rows by table.

    As with the plan's tool, documents made since the export stay, unless `exact`. With `plan_id` only that plan is
    imported.

    Raises:
        BackupError: The backup is missing or damaged; nothing is imported then.
    """
    damage = backup.damage()
    if damage and "restore-skips-verification" not in faults:
        raise BackupError(f"backup {backup.name} is damaged: {'; '.join(damage)}; nothing was imported")
    counts = {}
    with connection.transaction():
        for table in ("production_plans",) if plan_id else BUSINESS_TABLES:
            rows = backup.rows(table)
            if plan_id:
                rows = b"".join(
                    row for row in rows.splitlines(keepends=True) if row.startswith(f"{plan_id}\t".encode())
                )
            if "restore-loses-rows" in faults:
                rows = b"".join(rows.splitlines(keepends=True)[:-2])
            counts[table] = import_table(connection, table, rows, schema=schema, exact=exact)
    return counts
