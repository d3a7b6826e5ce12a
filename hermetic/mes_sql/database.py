"""The two databases of a world: made once, and put back to a revision for every arrangement."""

from psycopg import sql

from hermetic.kit.databases import drop_database
from hermetic.mes_sql import migrator
from hermetic.mes_sql.seeding.load import Connection
from hermetic.mes_sql.world import World

MAKE = (
    "create database {database} template {template}",
    "revoke all on database {database} from public",
    "grant connect on database {database} to {reader}",
    "alter database {database} set random_page_cost = 1.1",  # the data is in memory
)
AS_MADE = (
    "alter database {database} set search_path = mes, public",
    "alter database {database} connection limit -1",
)
# As the world's template has it, save for the statistics of statements.
BARE = "create database {database} encoding 'UTF8' lc_collate 'C' lc_ctype 'C' template template0"
GRANTS = (
    "alter default privileges grant usage on schemas to {reader}",
    "alter default privileges grant select on tables to {reader}",
    "alter default privileges grant select on sequences to {reader}",
)


def _run(world: World, connection: Connection, database: str, *statements: str) -> None:
    names = {
        "database": sql.Identifier(database),
        "template": sql.Identifier(world.template),
        "reader": sql.Identifier(world.reader),
    }
    for statement in statements:
        connection.execute(sql.SQL(statement).format(**names))


def create(world: World) -> None:
    """Make both databases, copies of the world's template: the reader may read all that will be made in them."""
    with world.connect() as connection:
        for database in (world.main_database, world.test_database):
            _run(world, connection, database, *MAKE)


def keep_statistics(world: World, *, wanted: bool) -> None:
    """Make the main database again without the statistics of statements, or with them, if that is not how it is.

    Where the server keeps none there is nothing to do.
    """
    note = world.directory / "without-statistics"
    if note.exists() != wanted:
        return
    with world.connect() as connection:
        drop_database(connection, world.main_database)
        _run(world, connection, world.main_database, *(MAKE if wanted else (BARE, *MAKE[1:])))
    if wanted:
        note.unlink()
        return
    note.touch()
    with world.connect(world.main_database) as connection:
        _run(world, connection, world.main_database, *GRANTS)


def reset(world: World, database: str, revision: str) -> None:
    """Empty a database and migrate it to a revision."""
    with world.connect(database) as connection:
        connection.execute("drop schema if exists mes cascade")
        connection.execute("drop table if exists public.alembic_version")
        _run(world, connection, database, *AS_MADE)
    with migrator.connected(world, database) as migrating:
        migrator.migrate(migrating, revision)
