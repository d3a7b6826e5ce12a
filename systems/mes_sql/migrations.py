"""The migrations in the test environment: run, rolled back and run again, and what the schema holds at each point."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from gonogo.outcome import Unverified
from gonogo.probes.schema import SchemaProbe
from systems.mes_sql.build import Build
from systems.mes_sql.schema import SCHEMA, notifying, on

_STATUS = re.compile(r"^(\d{3})\b.*:\s*(\S+)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Migrated:
    """One run of the migrations: what the command said, and the names of what was there before and after, by kind."""

    exit_code: int
    before: dict[str, frozenset[str]]
    after: dict[str, frozenset[str]]

    def brought(self, kind: str) -> frozenset[str]:
        """Return the names of a kind that were not there before."""
        return self.after[kind] - self.before[kind]


@dataclass(frozen=True)
class RoundTrip:
    """The schema before any migration, after the first run, rolled back (with the revisions' states), and run again."""

    before: list[str]
    first: list[str]
    between: list[str]
    statuses: dict[str, str]
    second: list[str]


def there_and_back(build: Build) -> RoundTrip:
    """Run all migrations in the test environment, roll all of them back, and run them again."""
    before = snapshot(build)
    build.command("migrate_test").require()
    return back_and_forth(build, before, "--all")


def back_and_forth(build: Build, before: list[str], *options: str) -> RoundTrip:
    """Roll back in the test environment, with options of the command, and run the migrations again."""
    first = snapshot(build)
    build.command("rollback_test", *options).require()
    between, states = snapshot(build), statuses(build)
    build.command("migrate_test").require()
    return RoundTrip(before, first, between, states, snapshot(build))


def differences(expected: list[str], found: list[str]) -> list[str]:
    """Return the lines of two snapshots that stand in one of them only."""
    return sorted(set(expected) ^ set(found))


def migrate(build: Build) -> Migrated:
    """Run all migrations in the test environment."""
    before = inventory(build)
    result = build.command("migrate_test")
    return Migrated(result.exit_code, before, inventory(build))


def statuses(build: Build) -> dict[str, str]:
    """Return what the test environment says of each revision, such as {"022": "applied", "023": "pending"}.

    Raises:
        Unverified: If the command names no revision.
    """
    found = dict(_STATUS.findall(build.command("status_test").require().stdout))
    if not found:
        raise Unverified("the status of the migrations names no revision; each line must read '022 NAME: applied'")
    return found


def inventory(build: Build) -> dict[str, frozenset[str]]:
    """Return the names of what is in the schema of the test database, by kind."""
    probe = SchemaProbe(build.test.sql, SCHEMA)
    others = on(build.test, build, "functions and sequences of the schema")
    return {
        "tables": frozenset(table.name for table in probe.tables()),
        "columns": frozenset(f"{column.table}.{column.name}" for column in probe.columns()),
        "functions": frozenset(str(row["name"]) for row in others if row["kind"] == "function"),
        "triggers": frozenset(notifying(probe)),
    }


def snapshot(build: Build) -> list[str]:
    """Return the whole schema of the test database as sorted lines; two equal snapshots mean one schema."""
    probe = SchemaProbe(build.test.sql, SCHEMA)
    parts: Iterable[Iterable[object]] = (
        ((c.table, c.name, c.type, c.nullable, c.default) for c in probe.columns()),
        ((i.table, i.name, i.definition) for i in probe.indexes()),
        ((c.table, c.name, c.definition) for c in probe.constraints()),
        ((t.table, t.name, t.definition, t.enabled) for t in probe.triggers()),
        ((row["kind"], row["name"]) for row in on(build.test, build, "functions and sequences of the schema")),
    )
    return sorted(str(line) for part in parts for line in part)
