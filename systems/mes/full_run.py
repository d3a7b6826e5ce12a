"""The migration of all plans: its pace, its log, its statistics, and the export that goes before it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from gonogo.outcome import Missed, Unverified
from systems.mes.api import Mes
from systems.mes.backups import Export, exports
from systems.mes.migration import Report

_NAME = re.compile(r"^pre-migration-(\d{8}_\d{6})$")
_LOGGED = re.compile(r" Migrated (\S+?):? ?(?:\d+ nodes)?$", re.MULTILINE)


@dataclass(frozen=True)
class Timed:
    """How long the migration of all plans takes, in seconds: measured, or predicted from the first plan alone.

    `limit_s` is how long it may take.
    """

    plans: int
    duration_s: float
    limit_s: float
    predicted: bool


def timed(mes: Mes, limit_s: float) -> Timed:
    """Migrate one plan, then all; when the pace of the first is beyond the limit already, leave it at that.

    Raises:
        Unverified: If no plan waits for the migration.
        Missed: If the command says that it failed.
    """
    plans = mes.plans()
    if not plans:
        raise Unverified("no plan is stored, so that the migration has no pace")
    first = mes.command("migrate", "--execute", f"--planId={plans[0]['id']}").require()
    pace_s = first.duration_s * len(plans)
    if pace_s > limit_s:
        return Timed(len(plans), pace_s, limit_s, predicted=True)
    rest = mes.command("migrate", "--execute").require()
    return Timed(len(plans), first.duration_s + rest.duration_s, limit_s, predicted=False)


def logged(text: str) -> set[str]:
    """Return the plans that a migration's log says it has migrated."""
    return set(_LOGGED.findall(text))


def named_after_moment(mes: Mes) -> Export:
    """Return the newest export whose name says that it goes before the migration, and when it was taken.

    Raises:
        Missed: If there is none.
    """
    found = next((export for export in exports(mes) if _NAME.match(export.name)), None)
    if found is None:
        names = ", ".join(export.name for export in exports(mes)) or "no export at all"
        raise Missed(
            f"the catalogue has {names}, required one named pre-migration-DATE_TIME; take it before the migration"
        )
    return found


def moment_in_name(export: Export) -> datetime:
    """Return the moment after which an export is named (UTC)."""
    match = _NAME.match(export.name)
    return datetime.strptime(f"{match[1] if match else ''} +0000", "%Y%m%d_%H%M%S %z")


def age_at_migration(mes: Mes, export: Export) -> timedelta:
    """Return how old an export was when the last plan was migrated; negative where it came later.

    Raises:
        Unverified: If no plan was ever migrated.
    """
    (row,) = mes.target.query("end of the migration")
    if row["at"] is None:
        raise Unverified("no plan was ever migrated, so that no export can have gone before")
    age: timedelta = row["at"] - export.created_at
    return age


def listed(mes: Mes) -> list[str]:
    """Return the names of the exports as the backup command lists them."""
    return [line.split()[0] for line in mes.command("backup", "list").require().stdout.splitlines() if line.strip()]


def statistics(mes: Mes) -> dict[str, int | None]:
    """Return the counts that the script's statistics give, under the names of the query "plans by shape"."""
    report = Report(mes.command("migrate", "--dry-run", "--stats").stdout)
    names = {"migrated": "Migrated plans", "unmigrated": "Non-migrated plans", "total": "Total plans"}
    return {name: report.count(key) for name, key in names.items()}
