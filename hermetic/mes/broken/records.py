"""Faults in the stored records: rows and backups changed after each arrangement."""

import shutil
from collections.abc import Collection

from hermetic.mes.catalogue.records import BACKUP_FAULTS, RECORD_FAULTS
from hermetic.mes.store.tables import Connection
from hermetic.mes.world import World

INDEXES = """
    create index if not exists production_plans_newest on mes.production_plans (created_at desc, id desc);
    create index if not exists production_plans_candidates on mes.production_plans (status, quantity);
"""


def spoil_records(connection: Connection, world: World, faults: Collection[str]) -> bool:
    """Run the statements of the planted faults, damage backups where one says so, and tell whether anything changed."""
    connection.execute(INDEXES)
    planted = [fault for fault in RECORD_FAULTS if fault.name in faults]
    for fault in planted:
        connection.execute(fault.statement)
    _spoil_backups(connection, world, faults)
    return bool(planted) or any(name in faults for name, _, _ in BACKUP_FAULTS)


def _spoil_backups(connection: Connection, world: World, faults: Collection[str]) -> None:
    folders = sorted(world.backups.iterdir()) if world.backups.exists() else []
    if "backup-missing" in faults:
        shutil.rmtree(world.backups, ignore_errors=True)
        connection.execute("delete from mes.backups")
    elif "backup-damaged" in faults:
        for folder in folders:
            plans = folder / "production_plans.copy"
            plans.write_bytes(plans.read_bytes()[: plans.stat().st_size // 2])
        connection.execute("update mes.backups set verified_at = null")
    elif "backup-badly-named" in faults:
        for folder in folders:
            folder.rename(folder.with_name(f"copy-of-{folder.name[-6:]}"))
        connection.execute(
            """
            update mes.backups
            set name = 'copy-of-' || right(name, 6), location = 'backups/copy-of-' || right(name, 6)
            """
        )
