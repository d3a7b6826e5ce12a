"""`python -m hermetic.mes_sql.npm run migrate | migrate:rollback [--all] | migrate:status | coverage`, or `test`.

Migrations are Alembic's; they run on the main database, or with --database=test (or NODE_ENV=test) on the other one.
`test` ends with `N passed, 0 failed`, and `coverage` with `Lines: 93.1 %`, measured.
"""

import os
from collections.abc import Sequence

from hermetic.kit.command import Parser, Usage, run
from hermetic.mes_sql.world import World

TESTS = ("test", "coverage")
MIGRATIONS = ("migrate", "migrate:rollback", "migrate:status")


def main(world: World, arguments: Sequence[str]) -> int:
    parser = Parser("hermetic.mes_sql.npm")
    parser.add_argument("words", nargs="+")
    parser.add_argument("--all", action="store_true", help="roll back all migrations of the rollout")
    parser.add_argument("--database", choices=("main", "test"))
    options = parser.parse_args([word for word in arguments if word != "--"])
    script = " ".join(word for word in options.words if word != "run")
    if script in TESTS:
        return test(world, script)
    if script in MIGRATIONS:
        chosen = options.database or ("test" if os.environ.get("NODE_ENV") == "test" else "main")
        return migrate(world, script, chosen, everything=options.all)
    raise Usage(f"npm knows: test, run {', run '.join([*MIGRATIONS, 'coverage'])}; not {script}")


def test(world: World, script: str) -> int:
    from hermetic.mes_sql.selftest import running  # slow to import, as are the migrations

    return running.SCRIPTS[script](world)


def migrate(world: World, script: str, chosen: str, *, everything: bool) -> int:
    from hermetic.mes_sql import migrating

    database = world.test_database if chosen == "test" else world.main_database
    return migrating.run(world, script, database, everything=everything)


if __name__ == "__main__":
    run(World, main)
