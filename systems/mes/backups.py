"""Exports of the MES's store: the catalogue, and what the backup command says about one of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from gonogo.outcome import Missed, Unverified
from gonogo.probes.command import CommandResult
from systems.mes.api import Mes

TABLES = ("production_plans", "materials", "assignments")


@dataclass(frozen=True)
class Export:
    """One entry of the catalogue.

    Attributes:
        name: Its name, such as pre-migration-20261115_014000.
        created_at: When it was taken.
        rows: How many rows it holds, by table.
        stored: How many rows of each table it should hold: those there were when it was taken.
        verified_at: When its integrity was checked; None where it never was.
        retention_until: Until when it is kept.
        owner_role: Who answers for a restore.
    """

    name: str
    created_at: datetime
    rows: dict[str, int]
    stored: dict[str, int]
    verified_at: datetime | None
    retention_until: date | None
    owner_role: str | None


def exports(mes: Mes) -> list[Export]:
    """Return the catalogue, newest first."""
    return [_export(row) for row in mes.target.query("exports")]


def latest(mes: Mes) -> Export:
    """Return the newest export.

    Raises:
        Missed: If the catalogue is empty.
    """
    found = exports(mes)
    if not found:
        raise Missed("the catalogue lists no export, required at least one; take one before going on")
    return found[0]


def take(mes: Mes, name: str) -> Export:
    """Export everything under a name, and return the entry of the catalogue.

    Raises:
        Missed: If the export fails, or is not in the catalogue afterwards.
    """
    mes.command("backup", "export", name).require()
    found = [export for export in exports(mes) if export.name == name]
    if not found:
        raise Missed(f"the export {name} is not in the catalogue; whoever needs it will not find it")
    return found[0]


def remove(mes: Mes, name: str) -> None:
    """Remove an export of the run, whether it is in the catalogue or not."""
    mes.command("backup", "remove", name).require()


def verify(mes: Mes, export: Export) -> CommandResult:
    """Let the backup command compare an export with its checksums."""
    return mes.command("backup", "verify", export.name)


def restore_elsewhere(mes: Mes, export: Export) -> dict[str, Any]:
    """Restore an export into a database of its own, and return what the command says of every table.

    Raises:
        Missed: If the answer is no JSON document.
    """
    answer: dict[str, Any] = mes.command("backup", "restore-to-scratch", export.name).json()
    return answer


def differing_rows(answer: dict[str, Any]) -> dict[str, int]:
    """Return, by table, how many rows differ between an export and the store it was compared with.

    Raises:
        Unverified: If the answer leaves out a table: silence is no equality.
    """
    found: dict[str, int] = answer.get("differing_rows", {})
    absent = [table for table in TABLES if table not in found]
    if absent:
        raise Unverified(f"the backup command says nothing about {', '.join(absent)}")
    return {table: found[table] for table in TABLES}


def _export(row: dict[str, Any]) -> Export:
    rows: dict[str, int] = row["row_counts"]
    return Export(
        name=row["name"],
        created_at=row["created_at"],
        rows={table: int(rows.get(table, 0)) for table in TABLES},
        stored={table: int(row[table]) for table in TABLES},
        verified_at=row["verified_at"],
        retention_until=row["retention_until"],
        owner_role=row["owner_role"],
    )
