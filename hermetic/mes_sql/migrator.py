"""Running the migrations, by Alembic, and telling which have run."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from hermetic.mes_sql.world import World

FOLDER = Path(__file__).parent / "migrations"
FIRST, LAST = "021", "026"  # FIRST is the schema before the rollout


def make_config(faults: Collection[str] = ()) -> Config:
    """Return Alembic's configuration; there is no ini file, and nothing is logged."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    config.attributes["faults"] = faults
    return config


@contextmanager
def connected(world: World, database: str) -> Iterator[Connection]:
    """Connect as the owner, for Alembic."""
    import psycopg

    engine = create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(world.conninfo_of(database)), poolclass=NullPool
    )
    with engine.connect() as connection:
        yield connection


def revision(connection: Connection) -> str | None:
    """Return the revision that a database stands at; None before the first."""
    return MigrationContext.configure(connection, opts={"version_table_schema": "public"}).get_current_revision()


def revisions() -> list[tuple[str, str]]:
    """Return number and meaning of all migrations, in their order."""
    scripts = ScriptDirectory.from_config(make_config()).walk_revisions()
    return sorted((script.revision, script.doc) for script in scripts)


def migrate(connection: Connection, target: str = LAST, faults: Collection[str] = ()) -> list[str]:
    """Bring a database up or down to a revision; return the revisions that were applied or taken back, in that order.

    Raises:
        sqlalchemy.exc.DBAPIError, psycopg.Error: A file could not be run; the migrations before it stay.
    """
    before = revision(connection) or ""
    config = make_config(faults)
    config.attributes["connection"] = connection
    connection.commit()
    (command.upgrade if before < target else command.downgrade)(config, target)
    connection.commit()
    after = revision(connection) or ""
    between = [number for number, _ in revisions() if min(before, after) < number <= max(before, after)]
    return between if before < after else between[::-1]
