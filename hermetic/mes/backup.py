"""`python -m hermetic.mes.backup`: export, list, verify, import, compare, restore-to-scratch, remove; see --help."""

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from hermetic.kit.databases import drop_database
from hermetic.kit.planted import Planted
from hermetic.mes.backups import Backup, BackupError, export, remove, restore
from hermetic.mes.command import FINE, PROBLEMS, Parser, Usage, announce_change, run
from hermetic.mes.store.tables import BUSINESS_TABLES, Connection, create_schema, export_table
from hermetic.mes.world import World


def main(world: World, arguments: Sequence[str]) -> int:
    parser = Parser("backup")
    parser.add_argument(
        "action", choices=("export", "list", "verify", "import", "compare", "restore-to-scratch", "remove")
    )
    parser.add_argument("name", nargs="?", help="the backup's name")
    parser.add_argument("--exact", action="store_true", help="with import: delete what was made since the export")
    parser.add_argument("--planId", dest="plan_id", help="with import: this plan and nothing else")
    options = parser.parse_args(arguments)
    if options.action == "list":
        return list_backups(world)
    if not options.name or "/" in options.name:
        raise Usage(f"backup {options.action} needs the name of a backup")
    try:
        return act(world, options.action, options.name, exact=options.exact, plan_id=options.plan_id)
    except BackupError as error:
        raise SystemExit(f"backup {options.action}: {error}") from None


def act(world: World, action: str, name: str, *, exact: bool, plan_id: str | None) -> int:
    faults, backup = Planted(world.faults_file), Backup(world.backups / name)
    if action == "verify":
        damage = backup.damage()
        print("\n".join(damage) if damage else f"{name}: whole, {counts(backup)}")
        return PROBLEMS if damage else FINE
    with world.connect() as connection:
        if action == "export":
            print(f"Exported {name}: {counts(export(connection, world.backups, name, datetime.now(UTC), faults))}")
        elif action == "import":
            restored = restore(connection, backup, exact=exact, faults=faults, plan_id=plan_id)
            announce_change(world)
            print(f"Imported {name}: {', '.join(f'{rows} {table}' for table, rows in restored.items())}")
        elif action == "compare":
            return compare(connection, backup)
        elif action == "remove":
            remove(connection, backup)
        else:
            return to_scratch(world, backup, faults)
    return FINE


def compare(connection: Connection, backup: Backup) -> int:
    """Print, by table, how many rows of the backup the store lacks or has otherwise; later rows do not count."""
    differing = {
        table: len(set(backup.rows(table).splitlines()) - stored_rows(connection, table)) for table in BUSINESS_TABLES
    }
    print(
        json.dumps({"backup": backup.name, "differing_rows": differing, "equal": not any(differing.values())}, indent=1)
    )
    return PROBLEMS if any(differing.values()) else FINE


def counts(backup: Backup) -> str:
    return ", ".join(f"{about['rows']} {table}" for table, about in backup.manifest()["tables"].items())


def list_backups(world: World) -> int:
    """List the catalogue: name, time, rows, whether it was verified and until when it is kept."""
    with world.connect() as connection:
        rows = connection.execute(
            "select name, created_at, row_counts, verified_at, retention_until from mes.backups order by 2"
        )
        for name, created_at, row_counts, verified_at, until in rows:
            state = "verified" if verified_at else "NOT VERIFIED"
            print(
                f"{name}  {created_at:%Y-%m-%dT%H:%M:%SZ}  {sum(row_counts.values())} rows  {state}  keep until {until}"
            )
    return FINE


def to_scratch(world: World, backup: Backup, faults: Planted) -> int:
    """Restore into a database of its own and compare it with the backup, row by row."""
    with scratch_database(world) as scratch:
        restored = restore(scratch, backup, exact=True, faults=faults)
        differing = {table: differing_rows(scratch, backup, table) for table in BUSINESS_TABLES}
    summary = {
        "backup": backup.name,
        "scratch": "a database of its own, dropped afterwards",
        "restored": restored,
        "differing_rows": differing,
        "equal": not any(differing.values()),
    }
    print(json.dumps(summary, indent=1))
    return FINE if summary["equal"] else PROBLEMS


def differing_rows(scratch: Connection, backup: Backup, table: str) -> int:
    """Return how many rows are in only one of backup and restored table."""
    return len(set(backup.rows(table).splitlines()) ^ stored_rows(scratch, table))


def stored_rows(connection: Connection, table: str) -> set[bytes]:
    return set(export_table(connection, table).splitlines())


@contextmanager
def scratch_database(world: World) -> Iterator[Connection]:
    """Give an empty database with the stand-in's tables, and drop it afterwards."""
    name = f"{world.database}_scratch_{secrets.token_hex(3)}"
    with world.connect() as connection:
        connection.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
        try:
            with psycopg.connect(make_conninfo(world.conninfo, dbname=name), autocommit=True) as scratch:
                create_schema(scratch, world.reader)
                yield scratch
        finally:
            drop_database(connection, name)


if __name__ == "__main__":
    run(main)
