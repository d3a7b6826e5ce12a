"""The scripts that move a database up and down, one line of output a revision."""

from collections.abc import Callable

import psycopg
from sqlalchemy.exc import DBAPIError

from hermetic.kit.command import FINE, PROBLEMS
from hermetic.kit.planted import Planted
from hermetic.mes_sql import migrator
from hermetic.mes_sql.migrator import FIRST, LAST
from hermetic.mes_sql.world import World


def migrate(world: World, database: str, _: bool) -> int:
    return _move(world, database, lambda _: LAST, "applied")


def rollback(world: World, database: str, everything: bool) -> int:
    """Take back the last migration, or all down to the schema before the rollout."""
    return _move(world, database, lambda now: FIRST if everything else _below(now), "rolled back")


def _below(revision: str | None) -> str:
    known = [number for number, _ in migrator.revisions()]
    return known[max(0, known.index(revision) - 1)] if revision in known else FIRST


def _move(world: World, database: str, target: Callable[[str | None], str], word: str) -> int:
    meanings = dict(migrator.revisions())
    with migrator.connected(world, database) as connection:
        goal = target(migrator.revision(connection))
        moved = migrator.migrate(connection, goal, Planted(world.faults_file))
    for number in moved:
        print(f"{number} {meanings[number]}: {word}")
    if not moved:
        print("Already up to date" if word == "applied" else "Nothing to roll back")
    return FINE


def status(world: World, database: str, _: bool) -> int:
    with migrator.connected(world, database) as connection:
        now = migrator.revision(connection) or ""
    for number, meaning in migrator.revisions():
        print(f"{number} {meaning}: {'applied' if number <= now else 'pending'}")
    return FINE


def run(world: World, script: str, database: str, *, everything: bool) -> int:
    """Run one of SCRIPTS; what a file could not do is said, and the migrations before it stay."""
    try:
        return SCRIPTS[script](world, database, everything)
    except (DBAPIError, psycopg.Error) as error:
        print(f"{script} failed: {str(error).strip()}")
        return PROBLEMS


SCRIPTS: dict[str, Callable[[World, str, bool], int]] = {
    "migrate": migrate,
    "migrate:rollback": rollback,
    "migrate:status": status,
}
